"""Code of publishers that data cannot replace, and spiders of other kinds; sites themselves are described in sites/."""
