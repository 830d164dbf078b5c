"""What to fetch next: asked for, due, not yet seen."""
