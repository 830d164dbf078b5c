"""Tests of mtcrawler/fetch/browser."""
