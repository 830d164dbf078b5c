"""Everything on a crawl's machine that is not its own: other programs, other users, the network, a full disk."""
