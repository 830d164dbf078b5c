"""What a page asks of its readers among the text: money, subscriptions, clicks; told from the page alone."""
