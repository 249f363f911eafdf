"""What a text says: its quotations, names, figures, dates and modal verbs. Pure text: imports no room."""
