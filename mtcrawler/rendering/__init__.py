"""How a page is fetched or shown: the browser, what it may load, what is done before and after."""
