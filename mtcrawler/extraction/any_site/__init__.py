"""Pages that no definition describes, read as articles."""
