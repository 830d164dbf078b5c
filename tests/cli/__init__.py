"""The command line: for people on a terminal, for programs in a pipe."""
