"""Publishers, one to a file."""
