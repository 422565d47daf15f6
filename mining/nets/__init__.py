"""Petri nets, and how well a log fits one: alignments, replay, precision."""
