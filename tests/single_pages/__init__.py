"""Tests of single pages, fetched and read without a crawl."""
