"""Tests of pleas and offers among the text of a page."""
