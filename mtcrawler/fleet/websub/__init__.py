"""WebSub: hubs tell a fleet's listeners that a site has news, and the site is due. Without any, sites are polled."""
