"""Laws of what is remembered of sources."""
