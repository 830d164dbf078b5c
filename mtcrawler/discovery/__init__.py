"""How articles are found: robots.txt, sitemaps, feeds and section lists."""
