"""Tests of mtcrawler/runs/monitoring."""
