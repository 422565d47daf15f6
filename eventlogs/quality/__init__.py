"""What is wrong with a log's data."""
