"""Laws of the publishers' own code."""
