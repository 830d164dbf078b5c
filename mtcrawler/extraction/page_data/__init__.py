"""The article in the data that a page carries for its own scripts, where its markup shows none of it yet."""
