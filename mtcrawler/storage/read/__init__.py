"""Reading the bucket: articles, revisions, exports, verification."""
