"""Laws of site definitions."""
