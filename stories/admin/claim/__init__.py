"""The queue of claims, the review page, and the pages of several claims at once."""
