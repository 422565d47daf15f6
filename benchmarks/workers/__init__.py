"""One tool each, run in a process and an environment of its own; they share the operations' names."""
