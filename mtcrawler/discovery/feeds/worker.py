"""The process that reads feeds, under limits: feedparser runs only here.

Runs as a script and imports nothing of ours, so that it starts in a few hundredths of a second. Its arguments are the
folder that feedparser is in, the bytes of memory it may have, and its parent's process id. On stdin each document is a
line with its size in bytes and the CPU seconds it may take, then the document; on stdout each answer is a line with its
size in bytes, then JSON (`read`). At the end of stdin it ends.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from types import ModuleType
from typing import Any, Final

LONGEST: Final = 8 * 1024 + 1
"""Characters of an address that are passed on: one more than is allowed (limits.py), so that it can be refused."""

MOST: Final = 5_000 + 1
"""Entries that are passed on; as above."""

LINKS: Final = 50
"""Links of a feed to its hubs and to itself that are passed on."""

VERSION: Final = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")
"""What the version of a JSON Feed begins with."""

PR_SET_PDEATHSIG: Final = 1


def read(body: bytes) -> dict[str, Any]:
    """`entries`: the addresses that each entry may be at, the likeliest first, and its times of publication and of its
    last change, None where it has none; `links`: pairs of rel and address, of hubs and of the feed itself (WebSub);
    `error`: the damage. A JSON Feed is told by how it begins, whatever it was sent as.
    """
    if body.lstrip().startswith(b"{"):
        return _json_feed(body)
    import feedparser  # noqa: PLC0415 - the crawl's own process does without it

    try:
        # As a stream: bytes that are the name of a file would be opened as one.
        feed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except MemoryError:
        raise
    except Exception as err:  # feedparser raises whatever its own handlers trip over
        return {"entries": [], "links": [], "error": str(err) or type(err).__name__}
    some = feed.entries[:MOST]
    times = [[_text(dict.get(entry, name)) for name in ("published", "updated")] for entry in some]
    entries = [[_addresses(entry), *told] for entry, told in zip(some, times, strict=True)]
    links = list(islice(_links(feed.feed), LINKS))
    return {"entries": entries, "links": links, "error": str(feed.bozo_exception) if feed.bozo else None}


def _json_feed(body: bytes) -> dict[str, Any]:
    """The same of a JSON Feed (jsonfeed.org, versions 1 and 1.1)."""
    try:
        feed = json.loads(body)
    except MemoryError:
        raise
    except (ValueError, RecursionError) as err:
        return {"entries": [], "links": [], "error": f"{type(err).__name__}: {err}"[:LONGEST]}
    if not isinstance(feed.get("items"), list) or not (_text(feed.get("version")) or "").startswith(VERSION):
        return {"entries": [], "links": [], "error": "it is JSON and no JSON Feed"}
    entries = []
    for item in feed["items"][:MOST]:
        told = item if isinstance(item, dict) else {}
        times = [_text(told.get(name)) for name in ("date_published", "date_modified")]
        entries.append([_json_addresses(told), *times])
    return {"entries": entries, "links": list(islice(_json_links(feed), LINKS)), "error": None}


def _json_addresses(item: dict[str, Any]) -> list[str]:
    """Its own address; an id is one where it looks like one. What it tells of (`external_url`) is another's."""
    url, name = _text(item.get("url")), _text(item.get("id"))
    return [one for one in (url, name if name and name.lower().startswith(("http://", "https://")) else None) if one]


def _json_links(feed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Its own address, and its hubs."""
    if address := _text(feed.get("feed_url")):
        yield "self", address
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and _text(hub.get("type")) == "WebSub" and (address := _text(hub.get("url"))):
            yield "hub", address


def _links(feed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What it says of its hubs, and of its own address."""
    links = dict.get(feed, "links")
    for link in links if isinstance(links, list) else ():
        rel, address = (_text(dict.get(link, name)) or "" for name in ("rel", "href"))
        if {"hub", "self"} & set(rel.lower().split()) and address:
            yield rel, address


def _addresses(entry: dict[str, Any]) -> list[str]:
    """A counter's link comes with the story's own address beside it; a guid is an address where it looks like one.

    One that is to be an address whatever it looks like (isPermaLink) is the entry's link for feedparser.
    """
    link, guid = _text(entry.get("link")), _text(entry.get("id"))
    permanent = guid if guid and guid.lower().startswith(("http://", "https://", "/")) else None
    found = (_text(entry.get("feedburner_origlink")), link, permanent)
    return [one for one in found if one]


def _text(value: object) -> str | None:
    """The value where it is a text: an element of a damaged feed can give a known name one that is none."""
    return value[:LONGEST] if isinstance(value, str) else None


def _confine(memory: int, parent: int) -> None:
    """No more memory than this, no files written, no core dumps; killed as soon as the parent is dead."""
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # macOS has no such limit on memory
            resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit()


def _without_http() -> None:
    """No HTTP client in this process: feedparser would import one to fetch addresses, which it is never to do."""
    for name in ("feedparser.http", "urllib.request", "urllib.error"):
        sys.modules[name] = ModuleType(name)
    sys.modules["urllib.error"].URLError = OSError  # type: ignore[attr-defined]


def main() -> None:
    """Answer until stdin ends."""
    folder, memory, parent = sys.argv[1:]
    _confine(int(memory), int(parent))
    _without_http()
    sys.path.append(folder)
    documents, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while header := documents.readline():
        size, seconds = map(int, header.split())
        body = documents.read(size)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        allowed = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
        _, most = resource.getrlimit(resource.RLIMIT_CPU)  # no process may raise its own
        if most != resource.RLIM_INFINITY:
            allowed = min(allowed, most)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, most))
        try:
            answer = json.dumps(read(body), ensure_ascii=False).encode("utf-8", "replace")
        except MemoryError:
            sys.exit(os.EX_OSERR)
        answers.write(b"%d\n" % len(answer) + answer)
        answers.flush()


if __name__ == "__main__":
    main()
