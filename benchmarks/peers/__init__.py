"""What the project is compared with: each fetches given pages and reads their headlines, as its documentation shows."""
