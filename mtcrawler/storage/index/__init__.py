"""The local index of what is stored, built from the change feed."""
