"""Plain HTTP or the browser: decided for each template from comparisons."""
