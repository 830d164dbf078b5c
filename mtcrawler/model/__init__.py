"""The values everything else speaks of: articles, errors, limits, the time. It imports nothing of ours."""
