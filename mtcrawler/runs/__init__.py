"""What a run did: its manifest, its progress, its outcome."""
