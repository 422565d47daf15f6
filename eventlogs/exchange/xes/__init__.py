"""XES (IEEE 1849) from and to event logs."""
