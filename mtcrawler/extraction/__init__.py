"""How an article is read off its page."""
