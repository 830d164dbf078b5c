"""Tests of what a run counts, how it is judged and what its operator sees."""
