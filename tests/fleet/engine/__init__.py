"""Tests of mtcrawler/fleet/engine."""
