"""What every fact stands on now, what falls if a source is wrong, what we knew then. Decides nothing.

Imports all that decides (policy, record, versions) and is imported by what shows it.
"""
