"""Commands on a bucket that was written before it was poisoned, and what lies in it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from mtcrawler.storage.layout import article_key, change_key, check_key, date_of
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT
from tests.fixtures.store import SITE, make_article
from tests.runs.telemetry import full

GOOD, OTHER = make_article(1), make_article(2)
EDITED = make_article(2, words="The river froze late this year.")
BAD = make_article(3)
DAY, RUN = "2026-11-21", "run-1"
STARTED = datetime(2026, 11, 21, 6, tzinfo=UTC)
MANIFEST = full.manifest().model_copy(update={"run_id": RUN, "started_at": STARTED})
ARTICLE = article_key(SITE, date_of(BAD), BAD.id)
SEGMENT, CHECKS = change_key(DAY, "run-9", 1), check_key(DAY, "run-9", 1)


def environment(bucket: Location) -> dict[str, str]:
    """The variables that name a bucket."""
    return {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }


def said(bucket: Location, folder: Path, *arguments: str, limit: int | None = None) -> tuple[int, str, str]:
    """How a command ends in a process of its own, what it says on stdout and on stderr; `limit` is its memory."""
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", *arguments],
        cwd=folder,
        env={**environment(bucket), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))) if limit else None,
    )
    return done.returncode, done.stdout, done.stderr
