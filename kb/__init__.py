"""From records to people: database, search, web and command line."""
