"""What people enter, and what is said of it where it does not fit."""
