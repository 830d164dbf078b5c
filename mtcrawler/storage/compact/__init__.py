"""The bucket made cheaper to read: segments of the feed merged, current articles as tables."""
