"""What decides what may be printed, and the one way to change it: with a name, a time and, where grave, a reason."""
