"""Rules of order checked on a log: the Declare family, separation and binding of duties."""
