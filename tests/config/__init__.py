"""Settings: what they may be, where they are read, and what is told of a wrong one."""
