"""What the crawler noted of an article, in the bucket and on this machine."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from mtcrawler.extraction.memory.lesson import digest
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed
from mtcrawler.removal.target import Address
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, bounded, contents
from mtcrawler.session.site_memory import memory_in
from mtcrawler.storage.layout import SET_ASIDE, SITE_MEMORY, SNAPSHOTS
from mtcrawler.storage.limits import NOTE_VALUES
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.write import rejected

TRIES: Final = 5
MOST_REPORT: Final = 1 << 26
"""Bytes of a report on this machine that is looked into."""


def forget(store: ObjectStore, addresses: Iterable[Address]) -> int:
    """Forget what the pages of these addresses taught of their sites, and every copy of the index, which the next crawl
    makes anew; returns the number of objects. Raises StoreError.
    """
    sites: dict[str, set[str]] = {}
    for one in addresses:
        sites.setdefault(one.site, set()).add(digest(one.url))
    done = 0
    for site, digits in sites.items():
        done += sum(_forget(store, key, digits) for key in store.keys(f"{SITE_MEMORY}site={site}") if _is_of(key, site))
    for key in [*store.keys(SNAPSHOTS), *store.keys(f"{SET_ASIDE}{SNAPSHOTS}")]:
        store.delete(key)
        done += 1
    return done


def _is_of(key: str, site: str) -> bool:
    """Whether a memory is that of this host, at whichever port."""
    return re.fullmatch(r"(-\d{1,5})?\.json", key.removeprefix(f"{SITE_MEMORY}site={site}"), re.ASCII) is not None


def _forget(store: ObjectStore, key: str, digits: Collection[str]) -> bool:
    for _ in range(TRIES):
        with suppress(PreconditionFailed):
            try:
                stored = store.get(key)
                memory = memory_in(bounded(stored.body, NOTE_VALUES)) if stored else None
            except (ObjectUnreadable, Unreadable, ValidationError):  # the next crawl of the site sets it aside
                return False
            if stored is None or memory is None:
                return False
            latest = tuple(one for one in memory.latest if one.id not in digits)
            elsewhere = tuple(one for one in memory.elsewhere if one not in digits)
            left = memory.model_copy(update={"latest": latest, "elsewhere": elsewhere})
            if left == memory:
                return False
            store.put(key, left.model_dump_json().encode() + b"\n", if_etag=stored.etag)
            return True
    return False  # crawls keep teaching it: digits of texts, no words


def forget_here(journal: Path, reports: Path, addresses: Iterable[Address]) -> int:
    """Delete what this machine keeps of them: lines that a journal of this bucket could not deliver, and reports made
    here. Returns the number of files that were written anew or deleted. Raises OSError.
    """
    found = list(addresses)
    names = [one.id.encode() for one in found]
    urls = [html.escape(one.url).encode() for one in found]
    done = 0
    for path in sorted((journal / rejected.NAME).glob("*.jsonl*")):
        with suppress(Unreadable):
            lines = contents(path, 1 << 30).splitlines(keepends=True)
            kept = [line for line in lines if not any(name in line for name in names)]
            if kept != lines:
                private_files.put(path, b"".join(kept))
                done += 1
    for path in sorted(reports.glob("*.html")):
        with suppress(Unreadable):
            body = contents(path, MOST_REPORT)
            if any(mark in body for mark in (*urls, *names)):
                path.unlink()
                done += 1
    return done
