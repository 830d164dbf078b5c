"""What happened in a run, added up: events, timeline, pictures, manifest."""
