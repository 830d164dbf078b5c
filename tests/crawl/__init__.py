"""Laws of the whole way: from the front page to the bucket."""
