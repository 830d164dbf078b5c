"""Tests of what makes the bucket cheaper to read."""
