"""Typed human steps: one class for each activity that people do."""
