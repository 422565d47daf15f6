"""Projects move: each advance is one short run replayed over the event log."""
