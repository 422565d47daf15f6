"""OCEL 2.0 as JSON, XML and SQLite, from and to event logs."""
