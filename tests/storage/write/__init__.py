"""Tests of mtcrawler/storage/write."""
