"""The picture that leads an article, and the words that belong to it."""
