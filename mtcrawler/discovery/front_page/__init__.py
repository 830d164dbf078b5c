"""The front page of a site that nobody has described, and what it leads to."""
