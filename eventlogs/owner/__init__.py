"""The one process that owns a data directory, and how all others ask it."""
