"""The pages of a source, and what falls with it."""
