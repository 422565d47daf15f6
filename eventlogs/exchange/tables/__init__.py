"""CSV, Excel and Parquet, from and to event logs."""
