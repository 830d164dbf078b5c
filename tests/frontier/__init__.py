"""Tests of mtcrawler/frontier."""
