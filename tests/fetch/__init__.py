"""Tests of mtcrawler/fetch."""
