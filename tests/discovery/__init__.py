"""Laws of discovery."""
