"""Pages that mark nothing: who wrote them, what they are called, and where the story ends, told by words and place."""
