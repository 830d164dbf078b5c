"""The laws of this project, each tested against the real thing."""
