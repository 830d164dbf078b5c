"""A glance at a site before it is crawled: its sources are asked whether they have changed, and nothing else."""
