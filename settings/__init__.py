"""What varies from place to place; the environment is read nowhere else."""
