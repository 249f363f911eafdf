"""The read-only API over the public log. Imports the three models of the log, database and reading.

A test holds that it knows nothing else.
"""
