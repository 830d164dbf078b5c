"""What each crawler is run with, in an environment of its own; nothing here needs the project but `task`."""
