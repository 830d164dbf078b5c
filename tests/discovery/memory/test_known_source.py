"""What a source came with, as far as it tells each state of the source from every other."""

from __future__ import annotations

import pytest
from scrapy.http import Response

from mtcrawler.discovery.memory.known_source import validators_of

CHANGED, SENT = "Fri, 20 Nov 2026 08:00:00 GMT", "Fri, 20 Nov 2026 08:00:05 GMT"


@pytest.mark.parametrize(
    ("headers", "status", "etag", "last_modified"),
    [
        ({"ETag": 'W/"1f"', "Last-Modified": CHANGED}, 200, 'W/"1f"', CHANGED),
        ({"Last-Modified": CHANGED, "Date": SENT}, 200, None, CHANGED),
        ({"Last-Modified": CHANGED, "Date": CHANGED}, 200, None, None),
        ({"Last-Modified": CHANGED}, 200, None, None),
        ({"Last-Modified": "yesterday", "Date": SENT}, 200, None, None),
        ({"ETag": '"1\x01f"'}, 200, None, None),
        ({"ETag": f'"{"1" * 1000}"'}, 200, None, None),
        ({"ETag": '"1f"'}, 206, None, None),
    ],
)
def test_only_what_tells_states_apart_is_a_validator(
    headers: dict[str, str], status: int, etag: str | None, last_modified: str | None
) -> None:
    """A Last-Modified alone counts where the source cannot have changed again within it; what is no header does not."""
    assert validators_of(Response("https://paper.example/feed", status=status, headers=headers)) == (
        etag,
        last_modified,
    )
