"""The pages of an article: bringing it in, reading it, marking passages."""
