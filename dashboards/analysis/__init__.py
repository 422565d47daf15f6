"""The analysts' pages: what happened, how it went, where it stalls, each number with its cases."""
