"""Tests of mtcrawler/runs/telemetry."""
