"""Laws of the stages."""
