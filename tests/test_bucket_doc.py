"""docs/bucket.md: its examples in Python run as they stand there, against a real store."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.fixtures.store import make_article

ROOT = Path(__file__).parent.parent
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "bucket.md").read_text("utf-8"), re.DOTALL)
SAID = {"mtcrawler.api": "A Cold Morning, Part 2", "polars": "news", "duckdb": "2026-11-19"}


def about(example: str) -> str:
    """The library an example is about."""
    return next(name for name in SAID if re.search(rf"^(import|from) {re.escape(name)}\b", example, re.MULTILINE))


@pytest.mark.parametrize("example", EXAMPLES, ids=about)
def test_an_example_runs_as_it_stands(
    example: str, new_session: Callable[..., Session], bucket: Location, tmp_path: Path
) -> None:
    """Each reads the articles that are there and prints what it says it does."""
    session = new_session()
    for number in range(3):
        session.submit(make_article(number, day=f"2026/11/{18 + number}")).result()
    session.close()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert SAID[about(example)] in done.stdout
