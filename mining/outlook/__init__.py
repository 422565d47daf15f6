"""What becomes of cases and when: competing risks, the risk of each running case, the time left."""
