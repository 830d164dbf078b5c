"""Tests of articles in the data that pages carry for their scripts."""
