"""How articles are found: sitemaps, feeds, section lists, and one canonical form per address."""
