"""SQLite for the desk: see `base`."""
