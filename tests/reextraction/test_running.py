"""Kept pages read again: what is left as it is and why, what is written, and how an interrupted one goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.model.article import Article
from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.reextraction import running
from mtcrawler.reextraction.conditions import conditions
from mtcrawler.reextraction.progress import name_of
from mtcrawler.reextraction.site_reader import Left, Unread
from mtcrawler.reextraction.worker import Task, Worker
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import ARTICLES, CHANGES, PAGES, site_memory_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.answer import KeptAs
from mtcrawler.storage.pages.keys import read_snapshot
from mtcrawler.storage.pages.page import KeptPage
from mtcrawler.storage.pages.records import page_records
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.verify import Problem, verify
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.writer import Writer
from tests.fixtures.store import make_article
from tests.reextraction.papers import SITE, Press, answer, markup, read, sites
from tests.removal.story import remove
from tests.removal.whole_bucket import holding


@pytest.fixture
def press(bucket: Location, tmp_path: Path, new_session: Callable[..., Session]) -> Press:
    """A press that prints into the fresh bucket."""
    return Press(bucket, tmp_path, new_session)


def subtitles(bucket: Location) -> dict[str, tuple[str | None, int]]:
    """The subtitle and the revision of each article, by its headline's number."""
    with Bucket(bucket) as reader:
        return {one.headline[-1]: (one.subtitle, one.revision) for one in reader.articles()}


def test_what_is_read_otherwise_is_a_revision(press: Press, bucket: Location, tmp_path: Path) -> None:
    """A mended definition heals each article once; the feed, the index and verify agree, and a condition chooses."""
    broken, mended = sites(tmp_path / "broken", ".no-deck"), sites(tmp_path / "mended")
    press.store(broken, 1, 2)
    press.store(mended, 3)
    trial = press.again(mended, dry_run=True)
    assert (trial.differ, trial.written, trial.fields) == (2, 0, {"subtitle": 2})
    assert trial.examples["subtitle"][0][1:] in {("null", "After winter number 1"), ("null", "After winter number 2")}
    none = press.again(mended, conditions=conditions(["subtitle!=", "confidence<0.1"]))
    assert (none.read, none.passed) == (0, 3)
    done = press.again(mended, conditions=conditions(["subtitle="]))
    assert (done.read, done.written, done.passed) == (2, 2, 1)
    healed = {str(number): (f"After winter number {number}", 2 if number < 3 else 1) for number in (1, 2, 3)}
    assert subtitles(bucket) == healed
    found: list[Problem] = []
    verify(bucket, found.append)
    assert found == []
    with Bucket(bucket) as reader:
        told = [one for one in reader.changes() if one.change == "reextracted"]
        assert [one.revision for one in told] == [2, 2]
        assert all(one.signature == two.signature for one in told for two in reader.changes() if one.id == two.id)
    assert press.again(mended).left == {"same": 3}
    session = press.new_session(folder="later")
    known = [session.known.get(one.id) for one in told]
    assert [one.revision for one in known if one] == [2, 2]


def test_a_dry_run_writes_nothing(
    press: Press, client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even what is no memory of a site is set aside by a dry run; it is named."""
    folder = sites(tmp_path / "without_body")
    path = folder / f"{SITE}.toml"
    path.write_text(path.read_text().replace('body = ".body"\n', ""))
    press.store(sites(tmp_path / "mended"), 1)
    client.put(site_memory_key(SITE), b"no memory")
    before = {key: stored.body for key in client.keys("") if (stored := client.get(key))}
    assert press.again(folder, dry_run=True).read == 1
    after = {key: stored.body for key in client.keys("") if (stored := client.get(key))}
    assert after == before
    assert site_memory_key(SITE) in caplog.text


def test_what_cannot_be_read_again_is_told_and_left(
    press: Press, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """Each article that is left as it is has its reason, counted; nothing of it is changed."""
    mended = sites(tmp_path / "mended")
    press.store(mended, 1)
    press.store(sites(tmp_path / "other", "h1"), 2)
    before = {key: client.get(key) for key in client.keys(ARTICLES)}
    headless = sites(tmp_path / "headless")
    file = next(headless.iterdir())
    file.write_text(
        file.read_text().replace('headline = "h1"', 'headline = ".none"').replace('body = ".body"', 'body = ".x"')
    )
    assert set(press.again(headless).left) <= {Left.INCOMPLETE, Left.NOT_ARTICLE}
    file.write_text("spider = 1")
    assert press.again(headless).left == {Left.NO_DEFINITION: 2}
    pages = {key: found.body for key in client.keys(f"{PAGES}date=") if (found := client.get(key))}
    for key, body in pages.items():
        client.put(key, body[:-7] + b"spoiled")
    torn = press.again(mended)
    assert (torn.left, torn.unreadable) == ({Left.UNREADABLE: 2}, 2)  # so the command ends with 3
    for key in pages:
        client.delete(key)
    assert press.again(mended).left == {Left.NO_PAGE: 2}
    assert {key: client.get(key) for key in client.keys(ARTICLES)}.keys() == before.keys()
    assert subtitles(bucket)["1"] == ("After winter number 1", 1)


def test_parts_are_joined_as_a_crawl_joins_them(tmp_path: Path) -> None:
    """Further parts of an article are read with it, and what was seen in a browser stays for a page it showed."""
    folder = sites(tmp_path / "sites")
    more = "<p>In the second part the ferry reaches the far bank, and the band of the town begins to play.</p>"
    first, second = answer(1, markup(1)), answer(1, markup(1, body=more), KeptAs.PART)
    whole = read(folder, 1, first, second)
    assert "far bank" in whole.text
    assert whole.text.startswith(read(folder, 1, first).text)
    shown = read(folder, 1, answer(1, markup(1), shown=True))
    assert (shown.access, shown.overlays) == (make_article().access, make_article().overlays)


def test_an_interrupted_one_goes_on(
    press: Press, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off at any piece it goes on there, and writes each revision once; another definition begins anew."""
    monkeypatch.setattr(running, "CHUNK", 1)
    broken, mended = sites(tmp_path / "broken", ".no-deck"), sites(tmp_path / "mended")
    press.store(broken, 1, 2, 3)
    written, write = 0, running._write

    def cut(*given: object) -> None:
        nonlocal written
        written += 1
        if written == 3:
            raise StoreUnreachable("writing", "nobody answers", "Wait.")
        write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_write", cut)
    with pytest.raises(StoreUnreachable):
        press.again(mended)
    rest = press.again(mended)
    assert (rest.resumed, rest.read, rest.written) == (True, 1, 1)
    assert {revision for _, revision in subtitles(bucket).values()} == {2}
    anew = press.again(sites(tmp_path / "third", ".deck, .dek"))
    assert (anew.resumed, anew.read, anew.written) == (False, 3, 0)
    assert len(list(client.keys(CHANGES))) >= 2


def test_mended_code_begins_anew(tmp_path: Path) -> None:
    """What was done before a class in the project was mended does not count as done by the mended one."""
    folder, code = sites(tmp_path / "sites"), tmp_path / "spiders" / "gazette.py"
    code.parent.mkdir()
    code.write_text("")
    file = next(folder.iterdir())
    before = name_of("tag", folder, [], (), tmp_path)
    file.write_text('code = "spiders.gazette:Gazette"\n' + file.read_text())
    named = name_of("tag", folder, [], (), tmp_path)
    code.write_text("# mended")
    assert len({before, named, name_of("tag", folder, [], (), tmp_path)}) == 3


def test_what_is_removed_meanwhile_does_not_come_back(
    press: Press, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article that is removed between the look at it and its new revision leaves no word in the bucket."""
    press.store(sites(tmp_path / "broken", ".no-deck"), 1)
    seal = Writer._seal

    def then_removed(writer: Writer, article: Article) -> Article:
        remove(bucket, tmp_path / "var", article.id)
        return seal(writer, article)

    monkeypatch.setattr(Writer, "_seal", then_removed)
    assert press.again(sites(tmp_path / "mended")).left == {Left.CHANGED: 1}
    assert holding(client, "ferry") == {}


def test_half_a_page_is_never_read(press: Press, bucket: Location, tmp_path: Path) -> None:
    """What is fetched of a segment may end between two records of a page: the rest is fetched, too."""
    mended = sites(tmp_path / "mended")
    session = press.new_session(keep_pages="changed", folder="crawl")
    given = answer(1, markup(1), shown=True)
    empty = replace(given, body=b"<html><body>")
    article = read(mended, 1, given)
    held = article.provenance.model_copy(update={"snapshot": session.pages.hold(empty)})
    session.submit(article.model_copy(update={"provenance": held})).result()
    session.close()
    with Bucket(bucket) as reader:
        place = read_snapshot(next(iter(reader.articles())).provenance.snapshot)
    assert place is not None
    begun = Worker(Task(bucket, mended, ()))
    stored = begun._store.get(place.key)
    assert stored is not None
    first = page_records(stored.body, place.offset)[0]
    with closing(begun):
        page = begun._page(place, stored.body[place.offset : first.offset + first.length], 0, whole=False)
        assert isinstance(page, KeptPage)
        assert page.rendered
        odd = KeptPage(article.id, (replace(given, url="http://[/"),))
        with pytest.raises(Unread, match="its address is none"):
            begun._reader(article, odd)
