"""Tests of mtcrawler/storage."""
