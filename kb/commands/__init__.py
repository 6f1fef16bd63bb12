"""What the command line does, as plain functions that return values; one module a command, imported when it is run."""
