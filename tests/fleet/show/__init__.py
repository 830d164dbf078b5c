"""`make fleet`: a fleet on one machine, with invented sites, workers that come and go, and a picture at the end."""
