"""The embedded store: a SeaweedFS of our own on loopback."""
