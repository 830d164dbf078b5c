"""Tests of mtcrawler/runs/report."""
