"""What the API is measured against: each the way its own manual would have one write it, over the same public log."""
