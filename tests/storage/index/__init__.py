"""Tests of mtcrawler/storage/index."""
