"""Code for publishers where data is not enough, and spiders of other kinds; sites are described in sites/."""
