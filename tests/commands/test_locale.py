"""Whatever encoding the locale has, what is typed, printed and named is UTF-8."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, environment
from tests.fixtures.store import make_article

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
HEADLINE = "Лёд на Неве – “первый” 雪"


@pytest.mark.slow
def test_commands_speak_utf8_in_an_ascii_locale(
    new_session: Callable[..., Session], bucket: Location, tmp_path: Path
) -> None:
    """Letters of an article, of an argument and of a file's name arrive whole, and a crawl tells what was typed."""
    session = new_session()
    session.writer.save(make_article(headline=HEADLINE))
    session.close()
    given = {**environment(bucket, tmp_path), **ASCII}

    def run(*command: str) -> tuple[int, str, str]:
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=given, capture_output=True, check=False)
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    code, out, _ = run("mtcrawler.cli", "articles")
    assert (code, json.loads(out)["headline"]) == (0, HEADLINE)
    assert HEADLINE in out
    file = tmp_path / "статьи.jsonl"
    code, out, err = run("mtcrawler.cli", "export", str(file))
    assert (code, json.loads(out)["file"]) == (0, str(file)), err
    assert HEADLINE in file.read_text("utf-8")
    code, _, err = run("mtcrawler.cli", "show", "https://www.example.com/новость")
    assert (code, "/новость: the bucket holds no such article" in err) == (2, True), err
    code, _, err = run("scrapy", "crawl", "moscowtimes", "-a", "sections=новости")
    assert (code, "“новости” is not known" in err) == (2, True), err
