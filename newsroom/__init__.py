"""The project round the desk: settings, addresses, entry points, and the one place for its version."""

__version__ = "0.1.0"
