"""A read-only web page over a bucket (`mtcrawler browse`)."""
