"""Tests of the judge of walls, on saved evidence."""
