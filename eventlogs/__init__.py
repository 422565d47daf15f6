"""The ground floor: every event once, for ever; its words; its exchange formats; the log made ready to mine."""
