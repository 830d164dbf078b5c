"""The bucket, which is the product: what lands in it, under which keys, in which order, and how it is read back."""
