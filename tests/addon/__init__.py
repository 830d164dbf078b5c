"""What an existing Scrapy project gets that turns us on by one line."""
