"""An article taken out of the bucket on request, all that tells a word of it, and the proof that nothing is left."""
