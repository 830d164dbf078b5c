"""Tests of mtcrawler/session."""
