"""Who comes in, and how: second factors beside the password."""
