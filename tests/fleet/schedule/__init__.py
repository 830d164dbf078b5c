"""Tests of mtcrawler/fleet/schedule."""
