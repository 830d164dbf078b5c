"""Tests of mtcrawler/overlays/observation."""
