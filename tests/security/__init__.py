"""Tests of mtcrawler/security."""
