"""`make fleet-torture`: workers, database, bucket and sites fail at random moments, and what came of it is judged."""
