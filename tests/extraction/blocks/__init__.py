"""Laws of the blocks of a body."""
