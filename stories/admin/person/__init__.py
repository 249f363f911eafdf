"""The people of the desk in the admin."""
