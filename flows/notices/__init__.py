"""Telling people that work is overdue or a project stands still: by mail, robot or into a folder."""
