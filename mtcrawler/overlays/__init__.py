"""What stands over a page between the reader and the article: found, closed as a reader would, proved gone."""
