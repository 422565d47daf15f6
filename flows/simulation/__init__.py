"""Simulated projects: people who act through the functions that staff use, in simulated time."""
