"""Fetching pages: over plain HTTP or in the browser, within the network guard."""
