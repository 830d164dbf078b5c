"""Hostile pages: what they try, and the canaries that would notice."""
