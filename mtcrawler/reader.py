"""Reading the bucket from Python: `with Bucket("s3://bucket/prefix") as bucket: …`; needs neither Scrapy nor a browser.

Credentials and region are found as boto3 finds them; for another S3 than AWS give `Location(endpoint_url=…, …)`.
"""

from mtcrawler.article import Article
from mtcrawler.bucket.changes import Change
from mtcrawler.bucket.edits import Edit, difference
from mtcrawler.bucket.location import Location
from mtcrawler.bucket.reader import Bucket, Kept
from mtcrawler.bucket.reading import Changes

__all__ = ["Article", "Bucket", "Change", "Changes", "Edit", "Kept", "Location", "difference"]
