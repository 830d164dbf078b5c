"""How the crawler is put together, and what varies from place to place (see mtcrawler/config for each setting)."""
