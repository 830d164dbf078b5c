"""Pages of sites that nobody has described: what their readers see beside the story, and what they see twice."""
