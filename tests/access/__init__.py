"""Tests of mtcrawler/access."""
