"""The index that pages are made from: articles, words, the feed and runs, in SQLite."""
