"""Other extractors beside this one, and how far its confidence can be trusted, on sets of pages with known articles."""
