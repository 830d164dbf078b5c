"""The pages of stories, one kind of story a module, and the parts they have in common."""
