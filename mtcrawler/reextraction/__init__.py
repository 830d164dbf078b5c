"""Kept pages read again with today's definitions and extractor: what was stored wrong is healed without a request."""
