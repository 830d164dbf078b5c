"""Tests of mtcrawler/storage/s3."""
