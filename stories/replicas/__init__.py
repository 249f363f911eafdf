"""Databases that follow the desk: heartbeat, how far each has come, following anew. Imports database and models."""
