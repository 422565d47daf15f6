"""What leaders look at: cities side by side, and the report to read and print."""
