"""How the benchmarks measure: who is compared, on which newspaper, and what it cost."""
