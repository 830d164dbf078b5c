"""The pages over HTTP: what each shows, who may ask, and what is said when something is wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mtcrawler.storage.connection import connect
from mtcrawler.storage.layout import article_key, date_of, manifest_key, run_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages import writing
from mtcrawler.storage.pages.answer import Answer, KeptAs
from mtcrawler.storage.pages.segments import PageSegments
from mtcrawler.storage.s3.client import Client
from tests.browse.conftest import Served, serving
from tests.browse.shelf import GAZETTE, RIBAO, Shelf, article, screenshot
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import through

TODAY = datetime.now(UTC).strftime("%Y-%m-%d")


@pytest.fixture
def empty(bucket: Location, tmp_path: Path) -> Iterator[Served]:
    """A bucket in which nothing is."""
    with serving(bucket, tmp_path) as served:
        yield served


def test_the_first_page_says_what_there_is(shelf: Served) -> None:
    """It has the newest articles, how many there are, and the sites."""
    text = shelf.page("/")
    assert shelf.named["rich"].headline in text
    for number in shelf.library.db.ask("SELECT count(*) FROM articles")[0]:
        assert f"<b>{number}</b> articles" in text
    assert GAZETTE in text


def test_a_search_is_answered(shelf: Served) -> None:
    """Words are found and marked, in scripts without spaces, too; an address leads to its article."""
    text = shelf.page("/search?q=lorry&site=www.gazette.example&sort=fit")
    assert "<mark>lorry</mark>" in text
    chinese = shelf.page("/search?q=%E6%B8%A1%E8%BD%AE")
    assert "1 article" in chinese
    assert "<mark>渡轮</mark>" in chinese
    assert RIBAO in chinese
    answer, _ = shelf.ask(f"/search?q={shelf.named['live'].canonical_url}")
    assert (answer.status, answer.headers["Location"]) == (303, f"/article/{shelf.named['live'].id}")
    assert "Nothing is found" in shelf.page("/search?q=qwertz")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/search?q=-river", "Add a word to look for"),
        ("/search?from=yesterday", "Write one as YYYY-MM-DD"),
        ("/search?q=" + "a" * 400, "Look for fewer words"),
        ("/article/{edited}/revisions?old=7", "Choose from the list of revisions"),
        ("/article/{edited}/revisions?new=x", "Choose from the list of revisions"),
    ],
)
def test_what_cannot_be_asked_for_is_told(shelf: Served, path: str, told: str) -> None:
    """A wrong question is answered with what to write instead."""
    answer, text = shelf.ask(path.format(edited=shelf.named["edited"].id))
    assert answer.status == 400
    assert told in text


@pytest.mark.parametrize("path", ["/nothing", "/article/x", "/article/../x", "/runs/x/y", "/sites/x", "/static/app.py"])
def test_what_is_not_there_is_told(shelf: Served, path: str) -> None:
    """An address that leads nowhere is told as that."""
    assert shelf.ask(path)[0].status == 404


def test_an_article_says_where_it_came_from(shelf: Served) -> None:
    """Beside the article stand the source of each field, its confidence, access, overlays with pictures and its run."""
    one = shelf.named["rich"]
    text = shelf.page(f"/article/{one.id}")
    for told in (
        "Where each field came from",
        "a learned model",
        "0.93",
        "reject all",
        "Ten centimetres",
        "−11",
        "run-0",
    ):
        assert told in text
    assert f"/article/{shelf.named['like'].id}" in text
    pictures = re.findall(r'<img src="(/runs/[^"]+)"', text)
    assert len(pictures) == 2
    answer, _ = shelf.ask(pictures[0])
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")


def test_pictures_are_the_readers_choice(shelf: Served) -> None:
    """No picture of a publisher is in a page, and none may be loaded by it, until the reader asks for them."""
    path = f"/article/{shelf.named['rich'].id}"
    answer, text = shelf.ask(path)
    assert "Pictures are not loaded" in text
    assert 'src="https://pictures.example' not in text
    assert "img-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "https:" not in answer.headers["Content-Security-Policy"]
    answer, text = shelf.ask(f"{path}?pictures=1")
    assert 'src="https://pictures.example/ice.jpg"' in text
    assert "img-src 'self' https: http:" in answer.headers["Content-Security-Policy"]


def test_revisions_are_side_by_side(shelf: Served) -> None:
    """What changed between two revisions is marked word by word; other fields are told, too."""
    text = shelf.page(f"/article/{shelf.named['edited'].id}/revisions")
    assert "<del>a year</del>" in text
    assert "<ins>two years</ins>" in text
    assert "headline" in text
    assert "one revision" in shelf.page(f"/article/{shelf.named['rich'].id}/revisions")


def test_obstacles_are_shown(shelf: Served) -> None:
    """Overlays are listed by rule, what is stuck first, with pictures; walls with every sign of them."""
    text = shelf.page("/overlays")
    assert text.index(">stuck<") < text.index(">gone<")
    assert "overlay before" in text
    assert "overlay before" not in shelf.page("/overlays?kind=newsletter&outcome=stuck")
    text = shelf.page("/walls?tier=metered")
    assert "You have read your three articles of this month." in text


def test_runs_and_sites_are_shown(shelf: Served) -> None:
    """A run tells how it ended and has its report; a site tells its days, and failed runs among them."""
    text = shelf.page("/runs?outcome=blocked")
    assert text.count(">blocked</span>") == 2
    text = shelf.page(f"/runs/{TODAY}/run-0")
    assert "14 articles: 12 new" in text
    answer, text = shelf.ask(f"/runs/{TODAY}/run-0/report")
    assert "Crawl report" in text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "2 of 16" in shelf.page("/sites")
    text = shelf.page(f"/sites/{GAZETTE}")
    for told in ("Articles a day", "How late they came", "2 failed", "stored behind a wall"):
        assert told in text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:80", 200),
        ("[::1]:80", 200),
        ("localhost:99", 200),
        ("10.1.2.3", 200),
        ("evil.example", 421),
        ("evil.example:80", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ],
)
def test_only_names_of_this_server_are_answered(shelf: Served, host: str, status: int) -> None:
    """A name that somebody made to lead here (DNS rebinding) gets nothing, not even the style."""
    for path in ("/", "/static/browse.css"):
        assert shelf.ask(path, Host=host)[0].status == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])
def test_it_only_reads(shelf: Served, method: str) -> None:
    """Whatever would write is refused, with what may be asked."""
    answer, _ = shelf.ask("/", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_page_may_be_asked_for_without_it(shelf: Served) -> None:
    """HEAD is answered as GET is, without the page."""
    answer, text = shelf.ask("/", "HEAD")
    assert (answer.status, text) == (200, "")


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/browse.js", "/search?q=-a", f"/runs/{TODAY}/run-0/report"])
def test_every_answer_closes_the_page(shelf: Served, path: str) -> None:
    """Every answer, a failure's included, says that nothing may be run, framed, guessed or told to others."""
    headers = shelf.ask(path)[0].headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"


def test_an_address_that_is_too_long_is_refused(shelf: Served) -> None:
    """An address of thousands of characters is not read."""
    assert shelf.ask("/search?q=" + "a" * 5000)[0].status == 414


def test_an_empty_bucket_says_what_to_do(empty: Served) -> None:
    """Every screen of an empty bucket says so, and how articles come into it."""
    assert "scrapy crawl news" in empty.page("/")
    for path in ("/search", "/overlays", "/walls", "/runs", "/sites", "/unreadable"):
        assert 'class="none"' in empty.page(path)


def test_a_store_that_is_away_is_told(bucket: Location, proxy: Proxy, tmp_path: Path) -> None:
    """While the bucket does not answer, lists are shown as they were; the strip and the article say what is wrong."""
    client = Client(bucket)
    Shelf(client).put(one := article(1))
    client.close()
    with serving(through(proxy, bucket), tmp_path) as served:
        proxy.close()
        answer, text = served.ask(f"/article/{one.id}")
        assert answer.status == 503
        assert "The bucket does not answer" in text
        served.library.updater.start()
        deadline = threading.Event()
        for _ in range(600):
            if served.library.updater.progress.state.failure:
                break
            deadline.wait(0.1)
        text = served.page("/search")
        assert "This may be out of date." in text
        assert one.headline in text


def test_broken_objects_are_named(bucket: Location, tmp_path: Path) -> None:
    """An object that cannot be read costs its own page, which names it with what to do, and no other."""
    store = connect(bucket)
    shelf = Shelf(store)
    good, bad = shelf.put(article(1)), shelf.put(article(2))
    run = shelf.run("run-1", datetime.now(UTC), GAZETTE)
    shelf.picture(run, good, "before", screenshot("x", layer=True))
    shelf.flush()
    with serving(bucket, tmp_path) as served:
        key = article_key(bad.site, date_of(bad), bad.id)
        picture = run_key(TODAY, "run-1", f"evidence/{good.id}-overlay-before.png")
        for torn in (key, picture, manifest_key(TODAY, "run-1")):
            store.put(torn, b"<script>alert(1)</script>")
        for path in (f"/article/{bad.id}", f"/{picture.replace('runs/v1/date=', 'runs/')}", f"/runs/{TODAY}/run-1"):
            answer, text = served.ask(path)
            assert answer.status == 502
            assert "mtcrawler set-aside" in text
            assert "<script>alert" not in text
        assert served.page(f"/article/{good.id}")
        served.library.updater.update()
        served.page("/search")
    store.close()


def test_a_kept_page_is_shown_offline(bucket: Location, tmp_path: Path) -> None:
    """The page that an article was read from is a link away: nothing of it runs, loads or leads anywhere."""
    store = connect(bucket)
    pages = PageSegments(store, tmp_path / "pages", "run-1", 1 << 30)
    one = article(1)
    markup = "<html><body><p>As it was.</p><script>alert(1)</script><img src='https://x.example/a.png'></body></html>"
    answer = Answer(one.url, 200, (), markup.encode(), datetime.now(UTC), KeptAs.PAGE, markup)
    snapshot = str(pages.append(writing.page(one.id, [answer])))
    pages.cut()
    assert pages.upload() == 1
    pages.close()
    shelf = Shelf(store)
    shelf.put(one.model_copy(update={"provenance": one.provenance.model_copy(update={"snapshot": snapshot})}))
    other = shelf.put(article(2))
    shelf.flush()
    store.close()
    with serving(bucket, tmp_path / "var") as served:
        assert f"/article/{one.id}/page" in served.page(f"/article/{one.id}")
        response, text = served.ask(f"/article/{one.id}/page")
        assert response.status == 200
        assert "As it was." in text
        assert "alert" not in text
        assert "x.example" not in text
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert served.ask(f"/article/{other.id}/page")[0].status == 404
