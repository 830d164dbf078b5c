"""The web server: addresses, headers, and who may ask."""
