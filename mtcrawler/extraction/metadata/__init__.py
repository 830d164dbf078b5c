"""What a page says of its article in other places than the body, brought together where they agree."""
