"""How one decision, and one publication, is written: the private ledger and the public log. Imports policy."""
