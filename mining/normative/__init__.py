"""What is expected of a project, as a model that is data, drawn and laid beside a log."""
