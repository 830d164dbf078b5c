"""Tests of mtcrawler/storage/feed."""
