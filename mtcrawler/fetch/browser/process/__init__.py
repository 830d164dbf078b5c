"""Browsers as processes: started, weighed, shared by the sites of a process, and ended."""
