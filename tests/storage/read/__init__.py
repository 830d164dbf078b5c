"""Tests of mtcrawler/storage/read."""
