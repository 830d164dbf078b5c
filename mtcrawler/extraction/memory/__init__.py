"""What the pages of a site that were read teach of those that come."""
