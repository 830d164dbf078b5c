"""Tests of mtcrawler/fetch/mode."""
