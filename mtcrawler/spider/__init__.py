"""The spider of a news site: pages found, fetched and read."""
