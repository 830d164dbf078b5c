"""Several sites in one process: what is planned, and how the ends of all are told."""
