"""Tests of mtcrawler/fleet/database."""
