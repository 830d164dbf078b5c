"""Laws of extraction."""
