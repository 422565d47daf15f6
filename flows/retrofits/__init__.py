"""Types of retrofit: each module here that has a `PROCESS` is one."""
