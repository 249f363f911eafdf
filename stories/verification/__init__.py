"""The one door: the verbs that write decisions, on claims and on suppressing. Imports record and policy."""
