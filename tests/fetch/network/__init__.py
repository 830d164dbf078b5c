"""Tests of mtcrawler/fetch/network."""
