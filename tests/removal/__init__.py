"""Tests of mtcrawler.removal."""
