"""The ground floor: every event once and for good, the words, the exchange formats, the prepared log."""
