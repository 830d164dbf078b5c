"""The comparison of whole crawlers: one measure for all of them, and a network in which there is nothing else."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.crawlers.configured import newsplease, of_newsplease, of_trafilatura, trafilatura
from benchmarks.crawlers.contenders import CRAWLERS, ENVIRONMENTS, Other, Ours, chosen
from benchmarks.crawlers.isolation import HOST, NotIsolated, raise_loopback, run_isolated
from benchmarks.crawlers.judging import Verdict, judged
from benchmarks.crawlers.results import LOCKS, cost_table, field_table, versions
from benchmarks.crawlers.tools.markdown import plain
from benchmarks.crawlers.tools.task import Answer, Task
from benchmarks.measuring.harness import Measure

SITE = "http://www.morning.example"
URL = f"{SITE}/2026/11/21/ferry"
TEXT = "The ferry runs every hour now. It did not all summer. Nobody on the left bank knows why that was so."
TRUTH: dict[str, dict[str, Any]] = {
    URL: {
        "text": TEXT,
        "headline": "Ferry to Run Hourly",
        "published_at": "2026-11-21T01:30:00+03:00",
        "authors": [{"name": "Ann Reed"}],
        "image": {"url": f"{SITE}/image/large/ferry.jpg"},
    }
}
RIGHT = Answer(
    URL, "Ferry to Run Hourly", TEXT, "2026-11-21", ("Ann Reed",), "http://static.morning.example/image/small/ferry.jpg"
)


def test_an_article_that_equals_the_truth_is_right_in_all() -> None:
    """Spaces, the size of a picture and the case of names make no difference; what is stored twice counts once."""
    again = RIGHT._replace(url=f"{URL}/?utm=1#top", text=f" {TEXT}\n", authors=("ann  reed",))
    assert judged([RIGHT, again], TRUTH) == Verdict(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, f1=1.0)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"text": f"{TEXT} Read more."}, {"exact"}),
        ({"text": TEXT[:40]}, {"exact", "text", "right", "whole"}),
        ({"text": None}, {"exact", "text", "right", "whole"}),
        ({"headline": "Ferry to Run Hourly - Morning"}, {"headline", "right", "whole"}),
        ({"published": "2026-11-20T22:30:00Z"}, set()),  # the same moment
        ({"published": "2026-11-22"}, {"day", "right", "whole"}),
        ({"published": None}, {"day", "right", "whole"}),
        ({"authors": ("Ann Reed", "The Morning")}, {"authors", "whole"}),
        ({"image": None}, {"image", "whole"}),
    ],
)
def test_what_differs_from_the_truth_is_wrong(changes: dict[str, Any], wrong: set[str]) -> None:
    """Each field is judged by itself; text, headline and day make an article right, authors and picture make it
    whole.
    """
    verdict = judged([RIGHT._replace(**changes)], TRUTH)
    assert {name for name, value in vars(verdict).items() if not value} - {"f1"} == {*wrong, "junk"}


def test_what_is_no_story_is_junk() -> None:
    """A list that is stored as an article is counted, and so is the front page."""
    assert judged([Answer(f"{SITE}/news"), Answer(SITE)], TRUTH) == Verdict(junk=2)


def test_markdown_is_judged_by_its_words() -> None:
    """Marks, the addresses of links and pictures are no words of a text."""
    assert (
        plain("## The **ferry** [runs](http://a.example/1)\n* hourly ![x](y.png)_now_") == "The ferry runs\nhourly now"
    )


def task_in(folder: Path) -> Task:
    return Task(SITE, 8, 4, None, (), str(folder))


def test_what_a_script_stores_is_read_again(tmp_path: Path) -> None:
    """A crawler in another environment tells its articles line by line, as the judge takes them."""
    task = task_in(tmp_path)
    task.answer(**RIGHT._asdict())
    task.answer(url=SITE)
    assert list(task.answered()) == [RIGHT, Answer(SITE)]
    assert list(task_in(tmp_path / "none").answered()) == []


def installed(folder: Path, package: str, name: str, text: str) -> Path:
    """The interpreter of an environment that has this file of a package."""
    file = folder / "lib" / "python3.11" / "site-packages" / package / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return folder / "bin" / "python"


def test_the_configurations_that_ship_are_changed_where_they_must(tmp_path: Path) -> None:
    """No wait, so many requests at once, everything in the folder; a configuration that has become another is told."""
    python = installed(tmp_path, "trafilatura", "settings.cfg", "[DEFAULT]\nSLEEP_TIME = 5.0\nUSER_AGENTS =\n")
    line = trafilatura(task_in(tmp_path), python)
    assert line[line.index("--parallel") + 1] == "8"
    assert "sleep_time = 0" in Path(line[-1]).read_text(encoding="utf-8")
    shipped = "working_path = ~/news-please-repo/\nCONCURRENT_REQUESTS=16\nCONCURRENT_REQUESTS_PER_DOMAIN=4\n"
    newsplease(task_in(tmp_path), installed(tmp_path, "newsplease/config", "config.cfg", shipped))
    written = (tmp_path / "config.cfg").read_text()
    assert written == f"working_path = {tmp_path}/\nCONCURRENT_REQUESTS=8\nCONCURRENT_REQUESTS_PER_DOMAIN=8\n"
    with pytest.raises(ValueError, match="no 'working_path"):
        newsplease(task_in(tmp_path), installed(tmp_path / "other", "newsplease/config", "config.cfg", ""))


def test_the_files_of_crawlers_are_read(tmp_path: Path) -> None:
    """What trafilatura and news-please write becomes the same answers as all others give."""
    (tmp_path / "out").mkdir()
    of_one = {"source": URL, "title": "A", "text": "B", "date": "2026-11-21", "author": "C; D", "image": None}
    (tmp_path / "out" / "1.json").write_text(json.dumps(of_one))
    assert list(of_trafilatura(task_in(tmp_path))) == [Answer(URL, "A", "B", "2026-11-21", ("C", "D"))]
    (tmp_path / "data").mkdir()
    other: dict[str, Any] = {
        "url": URL,
        "title": "A",
        "maintext": None,
        "date_publish": None,
        "authors": [],
        "image_url": "i.jpg",
    }
    (tmp_path / "data" / "1.json").write_text(json.dumps(other))
    assert list(of_newsplease(task_in(tmp_path))) == [Answer(URL, "A", None, None, (), "i.jpg")]


def measure(name: str, cpu: float) -> Measure:
    return Measure(name, 10, 5, 0, 2.0, 3.0, cpu, 100.0, 20, 1000, 0.0, 0.0, {}, 0)


def test_the_tables_tell_what_a_right_article_costs() -> None:
    """The ratio is to ours over plain HTTP; a crawler that has nothing right has no cost, and is not left out."""
    ours = Ours("http", verdicts=[Verdict(found=10, right=5)])
    other = Other("other", "other", "links", lambda task, python: [], verdicts=[Verdict(found=4, right=2)])
    none = Other("none", "none", "links", lambda task, python: [], verdicts=[Verdict(found=4, junk=7)])
    costs = cost_table(
        [ours, other, none], [measure("mtcrawler http", 1.0), measure("other", 2.0), measure("none", 9.0)]
    )
    assert [row.split(" | ")[1:3] for row in costs.splitlines()[2:]] == [
        ["0.200", "1.00"],
        ["1.00", "5.00"],
        ["–", "–"],
    ]
    failed = cost_table([none], [replace(measure("none", 9.0), code=3)])
    assert failed.splitlines()[2].startswith("| none (exit 3) | – | – |")
    assert field_table([none], 10).splitlines()[2] == "| none | links | 4 | 0.000 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 7 |"


def test_crawlers_are_chosen_by_a_word_of_their_names() -> None:
    """A word means every crawler that has it, nothing all; a word of none is refused."""
    assert [one.name for one in chosen("auto,crawl4ai")] == ["mtcrawler auto", "crawl4ai"]
    assert chosen(None) == list(CRAWLERS)
    with pytest.raises(ValueError, match="no crawler is called 'wget'"):
        chosen("wget")


def test_each_crawler_of_others_has_a_lock_and_a_version() -> None:
    """An environment that is compared is one that `make bench` sets up, and its version stands in the table."""
    folders = {one.environment for one in CRAWLERS if isinstance(one, Other)}
    assert folders == {lock.parent.name for lock in LOCKS.glob("*/requirements.lock")}
    assert {"crawl4ai", "crawlee", "news-please", "newspaper4k", "trafilatura"} == versions().keys()
    assert all(one.python.is_relative_to(ENVIRONMENTS) for one in CRAWLERS if isinstance(one, Other))


def test_nothing_but_loopback_is_there(tmp_path: Path) -> None:
    """In the network of the comparison the newspaper has its name, and no other host can be asked."""
    program = (
        "import socket\nfrom benchmarks.crawlers.isolation import raise_loopback\nraise_loopback()\n"
        f"socket.create_server(('127.0.0.1', 80))\nassert socket.gethostbyname({HOST!r}) == '127.0.0.1'\n"
        "assert [name for _, name in socket.if_nameindex()] == ['lo']\n"
        "try: socket.create_connection(('192.0.2.1', 80), 5)\nexcept OSError as err: assert err.errno == 101, err\n"
    )
    try:
        assert run_isolated([sys.executable, "-c", program], tmp_path) == 0
    except NotIsolated as err:
        pytest.skip(f"not to be had here: {err}")
    with pytest.raises(NotIsolated):
        raise_loopback()
