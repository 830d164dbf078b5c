"""RSS and Atom feeds, and the process that parses them under limits."""
