"""What people see: pages, reports and the command line."""
