"""What each screen shows, as plain values for the templates."""
