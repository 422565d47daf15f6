"""The size beyond one machine: live logs in PostgreSQL, followed by a lake and by each reader's file."""
