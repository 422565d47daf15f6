"""A small simulated log of lift projects that ships with the engine, and the seeded play it comes from."""
