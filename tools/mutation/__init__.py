"""Mutation tests of the heart: small faults put in on purpose, each of which some test must notice."""
