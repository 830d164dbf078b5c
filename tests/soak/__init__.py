"""A site that changes its mood from run to run, crawled hundreds of times into one bucket."""
