"""The tools that make and check the documents."""
