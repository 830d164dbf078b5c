"""mtcrawler: news articles from the web, whole and clean, into a bucket."""

__version__ = "0.1.0"
