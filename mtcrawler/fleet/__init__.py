"""Many sites, visited when they are likely to have news, by any number of processes: what hands out the visits."""
