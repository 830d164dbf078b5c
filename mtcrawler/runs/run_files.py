"""The files of a run: its manifest, its report, and the screenshots that show why an article is marked."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import StoreError
from mtcrawler.runs.outcome.profile import Profile
from mtcrawler.runs.report import REPORT_NAME, render
from mtcrawler.runs.telemetry.gallery import Gallery, small
from mtcrawler.runs.telemetry.manifest import MANIFEST_NAME, Manifest
from mtcrawler.runs.telemetry.report_data import DATA_NAME, ReportData
from mtcrawler.runs.telemetry.run_telemetry import Telemetry
from mtcrawler.security.redaction import Secrets

logger = logging.getLogger(__name__)

JSON = "application/json; charset=utf-8"


class RunFolder(Protocol):
    """Where a run's own files go: the open session of the store."""

    @property
    def removed(self) -> frozenset[str]:
        """The ids of articles that were taken out of the bucket while the run went on."""

    def put_run_file(self, run_id: str, date: str, name: str, body: bytes, content_type: str) -> object:
        """Write one file of the run (date is YYYY-MM-DD); raises StoreError."""

    def delete_run_file(self, run_id: str, date: str, name: str) -> None:
        """Delete one file of the run; raises StoreError."""


class RunFiles:
    """What one run writes beside its articles; nothing is written before `folder` is known.

    `evidence` has the names of the screenshots that were written.
    """

    def __init__(self, run_id: str, started_at: datetime) -> None:
        self.run_id, self.started_at = run_id, started_at
        self.folder: RunFolder | None = None
        self.evidence: list[str] = []
        self._removed: frozenset[str] = frozenset()

    def take_out(self, met: Iterable[str], telemetry: Telemetry) -> None:
        """Forget the pages of articles that were taken out of the bucket on request: of those addresses that were met,
        and those told of while the run went on. A failure is logged.
        """
        if self.folder is None or not (removed := self.folder.removed.union(map(article_id, met))):
            return
        self._removed = removed
        telemetry.forget(removed)
        for file in [one for one in self.evidence if any(one.startswith(f"evidence/{name}-") for name in removed)]:
            try:
                self.folder.delete_run_file(self.run_id, f"{self.started_at:%Y-%m-%d}", file)
                self.evidence.remove(file)
            except StoreError as err:
                logger.error("%s Run mtcrawler remove again: it deletes %s.", err, file)

    def put_manifest(self, manifest: Manifest) -> None:
        """Write the manifest; raises StoreError."""
        self._put(MANIFEST_NAME, manifest.without(self._removed).to_json(), JSON)

    def put_report(self, manifest: Manifest, telemetry: Telemetry, before: Profile | None, secrets: Secrets) -> None:
        """Write the report, with what the runs `before` gave; a failure is logged, and costs no manifest."""
        try:
            told = ReportData.of(telemetry, before)
            data = ReportData.model_validate(secrets.shown_in(told.model_dump()))
            self._put(DATA_NAME, data.to_json(), JSON)
            self._put(REPORT_NAME, render(manifest.without(self._removed), data, secrets), "text/html; charset=utf-8")
        except StoreError as err:
            logger.error("%s", err)
        except Exception:  # a mistake of ours must not cost the manifest
            logger.exception("Making the report of the run failed; its manifest is written without one")

    async def put_screenshot(self, article_id: str, name: str, png: bytes, gallery: Gallery) -> str:
        """Write a screenshot under evidence/, hang a small copy in the gallery, return its name; raises StoreError.

        `name` says what is seen ("donation-stuck").
        """
        file = f"evidence/{_safe(article_id)}-{_safe(name)}.png"
        await asyncio.to_thread(self._put, file, png, "image/png")
        self.evidence.append(file)
        if gallery.wants(article_id) and (copy := await asyncio.to_thread(small, png)):
            gallery.hang(article_id, name, file, copy)
        return file

    def _put(self, name: str, body: bytes, content_type: str) -> None:
        if self.folder is not None:
            self.folder.put_run_file(self.run_id, f"{self.started_at:%Y-%m-%d}", name, body, content_type)


def _safe(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
