"""Where projects stall and why, and how well that is found."""
