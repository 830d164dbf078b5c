"""Laws of crawling a site that is new to us."""
