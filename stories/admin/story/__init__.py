"""The pages of a story: its versions, what changed between two, what we knew then."""
