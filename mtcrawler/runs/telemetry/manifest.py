"""The record of one run, written to the bucket last: a run without one did not finish."""

from __future__ import annotations

import platform
from collections.abc import Collection
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from pydantic import AwareDatetime

from mtcrawler import __version__
from mtcrawler.fetch.mode.template_report import TemplateReport
from mtcrawler.fetch.politeness.report import HostReport
from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Model
from mtcrawler.model.reasons import Fate
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.drift import Drift
from mtcrawler.runs.outcome.profile import Profile
from mtcrawler.runs.outcome.result import Outcome

MANIFEST_NAME = "manifest.json"
PACKAGES = ("scrapy", "playwright", "boto3")
REMOVED = "of an article that was removed"
"""What stands for an error's example whose page was removed: it may have words of that."""


class ErrorGroup(Model):
    """Failures of one name: how many there were and one of them in full."""

    name: str
    count: int
    example: str
    url: str | None = None


class StoreFacts(Model):
    """Where the articles went; without `conditional_writes` it was HEAD first and PUT then."""

    endpoint: str | None = None
    bucket: str
    prefix: str = ""
    conditional_writes: bool | None = None


class RenderingReport(Model):
    """How pages were fetched: auto, browser or http; in auto mode, by template, on what grounds."""

    mode: str
    templates: dict[str, TemplateReport] = {}


class Manifest(Model):
    """What a run was asked, what it met and how it ended; times are UTC.

    `site` is the address of the site that was crawled. `profile` says what its pages gave, `drift` what of that fell
    against earlier runs, `hosts` the rules of each host and how often it refused. `not_kept` are addresses that were
    asked for by name and are not stored, with what became of each.
    """

    manifest_version: Literal["1.0"] = "1.0"
    run_id: str
    spider: str
    site: str | None = None
    arguments: dict[str, str] = {}
    versions: dict[str, str] = {}
    started_at: AwareDatetime
    finished_at: AwareDatetime
    outcome: str
    exit_code: int
    message: str
    counts: Counts
    errors: list[ErrorGroup] = []
    profile: Profile | None = None
    drift: list[Drift] = []
    not_kept: dict[str, str] = {}
    evidence: list[str] = []
    store: StoreFacts | None = None
    rendering: RenderingReport | None = None
    hosts: dict[str, HostReport] = {}

    def without(self, article_ids: Collection[str]) -> Manifest:
        """The same without what its errors say of these articles; their addresses stay."""
        errors = [
            one.model_copy(update={"example": REMOVED}) if one.url and article_id(one.url) in article_ids else one
            for one in self.errors
        ]
        return self.model_copy(update={"errors": errors})

    def to_json(self) -> bytes:
        """The bytes that are stored: UTF-8 JSON, two-space indent, a final newline."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    @property
    def subject(self) -> str:
        """What was crawled, in a word: the host of the site; the spider's name where no site is told."""
        site = self.site or ""
        return site.partition("://")[2].partition("/")[0] or site or self.spider

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened that a report has more to say of: no page was read, and all went well."""
        sources = self.counts.unreadable or self.counts.cut or self.counts.unusable
        told = self.errors or self.drift or self.evidence or self.not_kept or sources
        left_alone = set(self.counts.fates) <= {Fate.NOT_DUE, Fate.NOT_MODIFIED, Fate.REMOVED}
        return self.outcome == Outcome.DONE and left_alone and not (told or self.counts.articles)


@cache
def versions() -> dict[str, str]:
    """The versions a run depends on, by package name; not to be changed."""
    found = {"mtcrawler": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
