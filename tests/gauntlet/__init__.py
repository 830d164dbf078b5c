"""The gauntlet: pages with every kind of thing standing over them, and pages that must be left alone."""
