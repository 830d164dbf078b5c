"""Learning the model of what is an article's text from sets of pages; a development tool (`make train`)."""
