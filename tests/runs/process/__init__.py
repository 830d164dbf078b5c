"""Tests of mtcrawler/runs/process."""
