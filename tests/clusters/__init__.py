"""Tests of mtcrawler/clusters."""
