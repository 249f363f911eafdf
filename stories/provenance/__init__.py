"""Chains → routes, independent sources, rests-on, all from a snapshot; how sources are named. Imports models."""
