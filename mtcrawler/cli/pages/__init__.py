"""Commands that fetch pages and store nothing: how one page is read, and a first definition of a site."""
