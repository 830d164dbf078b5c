"""Reading the bucket from Python: `with Bucket("s3://bucket/prefix") as bucket: …`; needs neither Scrapy nor a browser.

Credentials and region are found as boto3 finds them; for another S3 than AWS give `Location(endpoint_url=…, …)`.
"""

from mtcrawler.model.article import Article
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.edits import Edit, difference
from mtcrawler.storage.read.reader import Bucket, Kept

__all__ = ["Article", "Bucket", "Change", "Changes", "Edit", "Kept", "Location", "difference"]
