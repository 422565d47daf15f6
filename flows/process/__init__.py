"""How a project goes: the process replayed over its history, and what comes next."""
