"""What varies from place to place; how a crawl is put together is mtcrawler's (`mtcrawler settings` tells of each)."""
