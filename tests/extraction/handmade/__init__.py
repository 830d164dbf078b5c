"""Pages that mark nothing."""
