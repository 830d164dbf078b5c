"""What makes an article the same article: its id, its cleaned words, and what counts as an edit."""
