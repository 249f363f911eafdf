"""What triggers derive and keep: the queue, the facts to weigh anew, the facts in force, the indexes of words."""
