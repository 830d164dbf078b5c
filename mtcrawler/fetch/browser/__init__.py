"""The browser: started, kept warm, shown one page per tab."""
