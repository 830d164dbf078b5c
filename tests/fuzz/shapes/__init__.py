"""Pages of odd shapes, and the overlay engine that meets them in a real browser."""
