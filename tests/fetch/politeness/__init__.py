"""Tests of how politely each host is asked."""
