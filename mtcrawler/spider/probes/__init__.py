"""Small crawls with no bucket, which find out what can be said of a site, or whether what is said of it holds."""
