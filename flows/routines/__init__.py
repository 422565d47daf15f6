"""What is done without anybody asking: after an act, by the clock, at night."""
