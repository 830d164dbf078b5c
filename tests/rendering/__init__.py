"""Laws of rendering."""
