"""Who may read a page."""
