"""Papers that the engine makes from what a project recorded: to be printed, posted and filed."""
