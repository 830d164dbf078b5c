"""Writing to the bucket, or to disk while the store is away."""
