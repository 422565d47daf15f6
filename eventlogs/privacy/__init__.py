"""Residents' identities, kept apart from the events."""
