"""The commands about the local store, what waits for a bucket, and what lies aside in one."""
