"""Tests of mtcrawler/answers."""
