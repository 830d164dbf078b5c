"""Several sites in one process: which are to be visited, a visit of one, so many at a time, and what came of all."""
