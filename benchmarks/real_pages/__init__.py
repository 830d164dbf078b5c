"""Saved pages of real hosts, met by the overlay engine as a crawl meets them."""
