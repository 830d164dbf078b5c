"""The names that other code may use."""
