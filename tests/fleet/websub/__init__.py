"""Laws of WebSub: a real hub on loopback, a real listener, and what becomes of the fleet's sites."""
