"""The fleet's database: a PostgreSQL of our own, the connection to any, and the tables."""
