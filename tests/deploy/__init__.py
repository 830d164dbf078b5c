"""Laws of deploy/: what is handed to an engine, a cluster, a system is checked against their own rules."""
