"""Measurements of the engine against its peers on the same data in one run: `python -m benchmarks`."""
