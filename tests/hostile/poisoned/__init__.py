"""A bucket or a disk in which anything may lie, and what is made of it."""
