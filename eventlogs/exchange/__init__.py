"""Event logs from and to the field's files: XES, OCEL 2.0, CSV, Excel and Parquet."""
