"""What keeps secrets out of sight and hostile bytes within bounds."""
