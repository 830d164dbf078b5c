"""What of mtcrawler is installed here: the reader of buckets alone, or the crawler, and with which extras."""

from __future__ import annotations

import platform
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from packaging.requirements import Requirement

from mtcrawler import __version__
from mtcrawler.cli.doctor.finding import Finding

EXTRAS: Final = {
    "crawl": ("scrapy", "playwright"),
    "export": ("pyarrow",),
    "fleet": ("procrastinate",),
    "browse": ("starlette",),
    "metrics": ("prometheus-client",),
    "traces": ("opentelemetry-sdk",),
}
"""The extras of the package, and what shows that one was installed."""


def installed_extras() -> frozenset[str]:
    """The extras that were installed: whoever only reads a bucket has none."""
    return frozenset(extra for extra, marks in EXTRAS.items() if any(map(_version, marks)))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def versions(extras: Collection[str]) -> Finding:
    """Whether each package that was asked for is there, in a version that will do."""
    wrong, seen = [], [f"mtcrawler {__version__}", f"Python {platform.python_version()}"]
    for line in requires("mtcrawler") or []:
        wanted = Requirement(line)
        if wanted.marker is not None and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        if (found := _version(wanted.name)) is None:
            wrong.append(f"{wanted.name} is missing")
            continue
        if wanted.name in {"scrapy", "playwright", "boto3"}:
            seen.append(f"{wanted.name} {found}")
        if not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} is {found}, not {wanted.specifier}")
    if wrong:
        return Finding("versions", "wrong", ", ".join(wrong), "pip install --require-hashes -r requirements.lock")
    if "crawl" not in extras:
        seen.append("to read buckets only (to crawl: pip install 'mtcrawler[crawl]')")
    return Finding("versions", "ok", ", ".join(seen))
