"""What is done with a whole project, from its intake to its ending."""
