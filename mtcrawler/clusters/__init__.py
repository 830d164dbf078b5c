"""Near-duplicates across sites: one consumer of the change feed groups what many sites publish."""
