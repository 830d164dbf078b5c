"""What is known of content management systems: how their pages are told, and where they show what."""
