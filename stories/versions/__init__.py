"""Story versions: composed from the facts in force, drafted by one editor, cut by another. Imports record, policy."""
