"""Tests of what is known of content management systems."""
