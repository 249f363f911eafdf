"""Where passages of one claim differ, articles run alike, claims exclude each other. Imports reading and models."""
