"""How long things take and wait, why, what is done again, and who hands over to whom."""
