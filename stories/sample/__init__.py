"""The seeds' newsroom day, run through the desk's own code. Imports everything that the desk itself does."""
