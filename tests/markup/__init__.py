"""Tests of mtcrawler/markup."""
