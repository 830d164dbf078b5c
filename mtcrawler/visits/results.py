"""What came of the visits of one process: a line for each site, one for all, and a file for machines."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from pydantic import AwareDatetime

from mtcrawler.model import clock
from mtcrawler.model.article import Model
from mtcrawler.model.errors import MtcrawlerError
from mtcrawler.model.exit_codes import most_serious
from mtcrawler.model.printable import count
from mtcrawler.runs.outcome.counts import NOTHING_NEW
from mtcrawler.runs.outcome.result import Outcome, listed
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.security import private_files

logger = logging.getLogger(__name__)

WRITTEN_EVERY: Final = 10.0
"""Seconds between two states of the file while visits go on."""
KEPT: Final = 20
"""Summaries that a folder keeps, the newest."""


class VisitResult(Model):
    """How the visit of one site ended: its `outcome` as in a manifest, `articles` that came, and why, in one line.

    A visit that did not begin has no run. With `glance` its site was not crawled: its sources had not changed.
    """

    site: str
    spider: str | None = None
    run_id: str | None = None
    outcome: str
    exit_code: int
    articles: int = 0
    message: str
    glance: bool = False

    @classmethod
    def of(cls, site: str, manifest: Manifest) -> Self:
        """That of a run which wrote its manifest."""
        return cls(
            site=site,
            spider=manifest.spider,
            run_id=manifest.run_id,
            outcome=manifest.outcome,
            exit_code=manifest.exit_code,
            articles=manifest.counts.articles,
            message=manifest.message,
            glance=bool(manifest.counts.glance.get(NOTHING_NEW)),
        )

    @classmethod
    def failed(cls, site: str, error: MtcrawlerError, run_id: str | None = None) -> Self:
        """That of a run which an error kept from beginning or from ending."""
        # An error has a code that is no run's outcome only where something was wrong before the run.
        outcome = next((one.value for one in Outcome if one.exit_code == error.exit_code), "refused")
        return cls(site=site, run_id=run_id, outcome=outcome, exit_code=error.exit_code, message=str(error))

    @classmethod
    def stopped(cls, site: str, *, begun: bool, run_id: str | None = None) -> Self:
        """That of a site which was not begun, or not ended, when the process was told to end."""
        happened = "it was stopped before its manifest was written" if begun else "it was not begun"
        outcome = Outcome.STOPPED
        return cls(
            site=site,
            run_id=run_id,
            outcome=outcome.value if begun else "not-begun",
            exit_code=outcome.exit_code,
            message=f"{happened}. Run it again.",
        )

    def __str__(self) -> str:
        """The site's line."""
        told = self.outcome if self.exit_code == 0 else f"{self.outcome} (exit code {self.exit_code})"
        return f"{self.site}: {count(self.articles, 'article')}, {told}: {self.message}"


class Summary(Model):
    """What came of all sites, in the order in which they were named; times are UTC.

    `written_at` is renewed every ten seconds. `finished_at` is null while visits go on; a file that keeps it so was
    left by a process that was killed.
    """

    summary_version: str = "1.0"
    run_id: str
    started_at: AwareDatetime
    written_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    exit_code: int
    sites: int
    articles: int
    outcomes: dict[str, int]
    visits: list[VisitResult]

    @classmethod
    def of(cls, run_id: str, started_at: AwareDatetime, sites: int, visits: Sequence[VisitResult]) -> Self:
        """Of the visits that have ended so far."""
        return cls(
            run_id=run_id,
            started_at=started_at,
            written_at=clock.now(),
            exit_code=most_serious(one.exit_code for one in visits),
            sites=sites,
            articles=sum(one.articles for one in visits),
            outcomes=dict(Counter(one.outcome for one in visits)),
            visits=list(visits),
        )

    def ended(self) -> Self:
        """The same, after the last visit."""
        return self.model_copy(update={"finished_at": self.written_at})

    def __str__(self) -> str:
        """The last line."""
        ends = f": exit code {self.exit_code}" if self.exit_code else ""
        return f"{count(self.sites, 'site')} ({listed(self.outcomes)}), {count(self.articles, 'article')}{ends}"


def lines(visits: Iterable[VisitResult]) -> list[VisitResult]:
    """The visits as they are told: those that ended well first, so that what is to be looked at stands last."""
    return sorted(visits, key=lambda one: one.exit_code != 0)


def summary_path(state_dir: Path, run_id: str) -> Path:
    """Where the summary of a process lies."""
    return state_dir / f"visits-{run_id}.json"


def prune(state_dir: Path) -> None:
    """Remove all summaries but the newest of a folder; one that cannot be removed stays."""
    aged = []
    for path in state_dir.glob("visits-*.json"):
        with suppress(OSError):
            aged.append((path.stat().st_mtime_ns, path))
    for _, path in sorted(aged, reverse=True)[KEPT:]:
        with suppress(OSError):
            path.unlink()


def put(path: Path, summary: Summary) -> None:
    """Write a summary; a disk that takes none costs no visit, and is named in the log."""
    try:
        private_files.folder(path.parent)
        private_files.put(
            path, summary.model_dump_json(indent=1).encode() + b"\n", durable=summary.finished_at is not None
        )
    except OSError as err:
        logger.error("%s cannot be written (%s); the exit code and the last lines say the same.", path, err)
