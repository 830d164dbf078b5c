"""Laws of feeds."""
