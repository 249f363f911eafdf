"""The commands: each reads its arguments, calls one room, and prints. May import every room."""
