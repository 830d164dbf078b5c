"""Tests of the project's own Scrapy commands."""
