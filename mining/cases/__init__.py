"""Which cases a question is asked of, and what is known of each."""
