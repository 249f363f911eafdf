"""The read-only API over the public log. It imports no model but the three of the log (a test holds that)."""
