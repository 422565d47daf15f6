"""How a log's cases stand against a normative model."""
