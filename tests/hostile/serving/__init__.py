"""What a hostile site answers, and what becomes of the crawl that asks it."""
