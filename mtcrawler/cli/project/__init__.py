"""Commands for a project of one's own: made, crawled, visited by workers."""
