"""Who may see and do what: users and their roles, sessions, tokens for machines, and the record of it."""
