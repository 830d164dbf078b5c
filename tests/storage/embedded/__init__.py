"""Tests of mtcrawler/storage/embedded."""
