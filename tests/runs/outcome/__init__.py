"""Tests of mtcrawler/runs/outcome."""
