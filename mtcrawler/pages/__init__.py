"""Single pages, fetched and read without a crawl and without a bucket: by a process that ends with the page."""
