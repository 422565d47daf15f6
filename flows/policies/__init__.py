"""What each city asks of a project, dated, each value with its source."""
