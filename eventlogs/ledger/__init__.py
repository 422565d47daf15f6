"""The ledger: events appended exactly once, chained by hash, migrated, verified, backed up."""
