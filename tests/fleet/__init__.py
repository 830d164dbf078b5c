"""Tests of mtcrawler/fleet."""
