"""The language of a text, and the model that tells it."""
