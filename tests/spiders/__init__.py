"""Laws of spiders."""
