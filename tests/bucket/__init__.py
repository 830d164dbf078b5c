"""The bucket: what is written, in which order, and what is left after bad days."""
