"""Saved pages of every publisher, each beside the article that must be read off it."""
