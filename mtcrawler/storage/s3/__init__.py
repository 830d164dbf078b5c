"""The S3 client: requests, errors, limits, and what a store can do."""
