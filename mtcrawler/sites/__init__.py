"""Site definitions: one TOML file a publisher, read and checked as a whole before anything is fetched."""
