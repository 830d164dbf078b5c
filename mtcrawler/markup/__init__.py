"""What reads HTML, JSON and addresses, and nothing else."""
