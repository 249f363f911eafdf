"""Template filters of the desk. Imports admin."""
