"""Verification policy (docs/rules.md): transitions, bases, quoting, what changed. Pure; imports provenance."""
