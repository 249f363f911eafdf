"""SQLite for the API-only process: see `base`."""
