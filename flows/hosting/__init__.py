"""What carries the flows: Prefect's server and worker beside the owner, or a plain timetable without them."""
