"""Which addresses a crawl may connect to, and the proxy that holds the browser to them."""
