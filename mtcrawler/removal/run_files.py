"""What runs kept of an article: screenshots of its page, and what their reports and manifests say of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.runs.report import REPORT_NAME, render
from mtcrawler.runs.report.stored_manifest import manifest_of
from mtcrawler.runs.telemetry.manifest import MANIFEST_NAME, REMOVED
from mtcrawler.runs.telemetry.report_data import DATA_NAME, ReportData
from mtcrawler.security.redaction import Secrets
from mtcrawler.security.untrusted import Unreadable, parsed_object
from mtcrawler.storage.layout import RUNS
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import JSON, ObjectStore

THREADS: Final = 16
_EVIDENCE: Final = re.compile(r"runs/v1/date=[^/]+/[^/]+/evidence/([0-9a-f-]{36})-[^/]+")


class RunFiles:
    """The files of all runs that show or tell something of some articles: `ids` and `urls` of all their addresses."""

    def __init__(self, store: ObjectStore, ids: Collection[str], urls: Collection[str]) -> None:
        self._store, self._ids, self._urls = store, frozenset(ids), frozenset(urls)
        told = {json.dumps(url, ensure_ascii=plain)[1:-1].encode() for url in self._urls for plain in (True, False)}
        shown = {html.escape(url).encode() for url in self._urls}
        self._marks = sorted({*told, *shown, *(one.encode() for one in self._ids)})

    def left(self) -> Iterator[str]:
        """The keys of those that are there. Raises StoreError."""
        reports, pages, manifests = [], [], []
        for key in self._store.keys(RUNS):
            if (found := _EVIDENCE.fullmatch(key)) and found[1] in self._ids:
                yield key
            elif key.endswith(f"/{DATA_NAME}"):
                reports.append(key)
            elif key.endswith(f"/{REPORT_NAME}"):
                pages.append(key)
            elif key.endswith(f"/{MANIFEST_NAME}"):
                manifests.append(key)
        with_data = {key.removesuffix(DATA_NAME) for key in reports}
        # Earlier versions kept no data beside the page.
        reports += [key for key in pages if key.removesuffix(REPORT_NAME) not in with_data]
        tells = side_by_side(self._tells, reports, threads=THREADS)
        yield from (key for key, told in zip(reports, tells, strict=True) if told)
        yield from filter(None, side_by_side(self._quotes, manifests, threads=THREADS))

    def take_out(self, told: Callable[[int], object] = lambda number: None) -> int:
        """Delete the screenshots, and make reports and manifests anew without words of these articles; returns the
        number of files. Addresses may stay in a manifest, as in the feed.

        `told` hears how many more files were dealt with. Raises StoreError.
        """
        done = 0
        for number in side_by_side(self._take_out, self.left(), threads=THREADS):
            done += number
            told(number)
        return done

    def _take_out(self, key: str) -> int:
        if key.endswith(f"/{DATA_NAME}"):
            self._report(key.removesuffix(DATA_NAME))
        elif key.endswith(f"/{MANIFEST_NAME}"):
            self._manifest(key)
        else:
            self._store.delete(key)
        return 1

    def _tells(self, key: str) -> bool:
        """Whether a run's data, or its page, show something of these articles; what cannot be read is taken to."""
        try:
            stored = self._store.get(key)
            if stored is None or not any(mark in stored.body for mark in self._marks):
                return False
            if key.endswith(REPORT_NAME):
                return True
            data = ReportData.read(stored.body)
        except (ObjectUnreadable, ValueError):
            return True
        return self._without(data) != data

    def _quotes(self, key: str) -> str | None:
        """The key of a manifest with an error's example that may have words of these articles."""
        try:
            stored = self._store.get(key)
            told = stored is not None and any(mark in stored.body for mark in self._marks)
            return key if told and stored and self._unquoted(parsed_object(stored.body)) else None
        except (ObjectUnreadable, Unreadable):  # named where manifests are read
            return None

    def _unquoted(self, manifest: dict[str, Any]) -> bool:
        """Takes such examples out; whether there were any."""
        groups = manifest.get("errors")
        found = [
            one
            for one in (groups if isinstance(groups, list) else [])
            if isinstance(one, dict) and one.get("example") != REMOVED and self._is_of(one.get("url"))
        ]
        for one in found:
            one["example"] = REMOVED
        return bool(found)

    def _is_of(self, url: object) -> bool:
        return isinstance(url, str) and (url in self._urls or article_id(url) in self._ids)

    def _manifest(self, key: str) -> None:
        """Make a manifest anew, and the report that shows its errors. Only its run writes one, and once."""
        if (stored := self._store.get(key)) is not None:
            said = parsed_object(stored.body)
            self._unquoted(said)
            self._store.put(key, json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n", content_type=JSON)
            if self._store.head(key.removesuffix(MANIFEST_NAME) + DATA_NAME) is not None:
                self._report(key.removesuffix(MANIFEST_NAME))

    def _without(self, data: ReportData) -> ReportData:
        """The data of a report without what they show of these articles."""
        walls = [one for one in data.walls if one.url not in self._urls]
        exhibits = [one for one in data.exhibits if one.url not in self._urls and not self._shows(one.file)]
        return data.model_copy(update={"walls": walls, "exhibits": exhibits})

    def _shows(self, file: str) -> bool:
        return any(file.startswith(f"evidence/{name}-") for name in self._ids)

    def _report(self, folder: str) -> None:
        """Make a report anew, the data last, as they say what has to be done. One that cannot be made is deleted."""
        page = body = None
        try:
            stored, said = self._store.get(folder + DATA_NAME), self._store.get(folder + MANIFEST_NAME)
            if stored is not None and said is not None:
                data = self._without(ReportData.read(stored.body))
                manifest = parsed_object(said.body)
                self._unquoted(manifest)
                page, body = render(manifest_of(manifest), data, Secrets()), data.to_json()
        except (ObjectUnreadable, Unreadable, ValueError):
            page = body = None
        for name, made, kind in ((REPORT_NAME, page, "text/html; charset=utf-8"), (DATA_NAME, body, JSON)):
            if made is None:
                self._store.delete(folder + name)
            else:
                self._store.put(folder + name, made, content_type=kind)
