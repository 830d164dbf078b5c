"""What hands out visits: sites that are due become jobs, jobs become visits, and lost ones are found again."""
