"""When a site is visited next: from the times of its articles, or from whether it had changed."""
