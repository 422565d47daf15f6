"""What happened, what the paper expects, where projects stall, how cities differ."""
