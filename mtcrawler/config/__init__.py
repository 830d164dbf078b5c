"""Every setting a user can set: its type, default, unit and meaning."""
