"""Observing a page: which layers stand over it, of which kind, and what their words mean."""
