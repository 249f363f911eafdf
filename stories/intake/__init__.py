"""A text as received → article; words of it → evidence. Imports reading, models, provenance, disagreements."""
