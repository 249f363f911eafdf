"""Ledger and log as the desk shows them, and taking down what the law forbids."""
