"""Laws of reading pages that no definition describes."""
