"""What goes out to a person: terminals, logs and reports."""
