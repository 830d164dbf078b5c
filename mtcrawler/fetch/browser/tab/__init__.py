"""What happens in a tab while it shows a page."""
