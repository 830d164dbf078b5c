"""Tests of the web page over a bucket."""
