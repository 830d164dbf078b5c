"""Clusters of near-duplicates across sites, as they lie in the bucket."""
