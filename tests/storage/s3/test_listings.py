"""What is read of a listing beside botocore is what botocore reads of it."""

from __future__ import annotations

from typing import Any

import pytest

from mtcrawler.storage.s3.listings import keys_alone

KEYS = """<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>
<Contents><Key>a &amp; b</Key><Size>3</Size><Owner><ID>Key</ID></Owner></Contents>
<Contents><ETag>x</ETag><Key><![CDATA[c<Key>d</Key>]]></Key></Contents>
<NextContinuationToken>more</NextContinuationToken></ListBucketResult>"""


def _read(body: str, status: int = 200) -> tuple[dict[str, Any], dict[str, Any]]:
    given: dict[str, Any] = {"status_code": status, "body": body.encode()}
    found: dict[str, Any] = {}
    keys_alone(given, found, operation_model=None)
    return given, found


def test_keys_are_read_and_all_else_is_botocores() -> None:
    """Each object is known by its key, however that is written, and what is said of the whole listing stays."""
    given, found = _read(KEYS)
    assert found == {"Contents": [{"Key": "a & b"}, {"Key": "c<Key>d</Key>"}]}
    assert b"more" in given["body"]
    assert b"true" in given["body"]
    assert b"Contents" not in given["body"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (KEYS, 500),
        ("<ListBucketResult><Contents>", 200),
        ("not XML", 200),
        ("<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>", 200),
        ("<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>", 200),
        ("<Error><Code>SlowDown</Code></Error>", 200),
    ],
)
def test_whatever_else_is_answered_is_left_as_it_is(body: str, status: int) -> None:
    """Errors, empty listings and what cannot be read reach botocore untouched."""
    given, found = _read(body, status)
    assert (given["body"], found) == (body.encode(), {})
