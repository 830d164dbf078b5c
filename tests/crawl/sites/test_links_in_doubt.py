"""Sites that nobody has described and whose addresses say little: what is doubted is looked at, and accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.model.reasons import Fate
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.moody import Moody, Said, accounts, manifests, moody, story

WORDS = "anchor bridge candle dragon engine forest garden harbor island jacket kettle ladder mirror".split()


def address(name: str, form: str) -> str:
    """Where the story of this name is."""
    return form.format(name, 48213 + WORDS.index(name) if name in WORDS else 0)


def front(names: list[str], form: str) -> Said:
    """A front page with a link of four words to each of these."""
    links = "".join(f"<li><a href='{address(name, form)}'>All about the {name}</a></li>" for name in names)
    return Said(
        f"<html lang=en><head><title>Courier</title></head><body><h1>Courier</h1><ul>{links}</ul></body></html>"
    )


def pages(names: list[str], form: str) -> dict[str, Said]:
    """The site."""
    return {"/": front(names, form), **{address(name, form): story(name, words=4) for name in names}}


def crawled(site: Moody, bucket: Location, var: Path, at: str = "21T10", **given: str) -> dict[str, int]:
    """Crawl it over plain HTTP; what became of the addresses."""
    wanted = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": f"2026-11-{at}:00:00+00:00", **given}
    before = set(manifests(bucket))
    assert crawl("news", bucket, var, S_RENDER_MODE="http", **wanted).code == 0
    (told,) = (one for key, one in manifests(bucket).items() if key not in before)
    return accounts(told)


@pytest.mark.slow
@pytest.mark.parametrize("on_top", [True, False])
@pytest.mark.parametrize("form", ["/p/{0}", "/view.php?id={1}"])
def test_a_second_run_finds_what_is_new(form: str, on_top: bool, bucket: Location, tmp_path: Path) -> None:
    """Links to what is known cost no look, wherever they stand, and speak for the others of their shape."""
    old, new = WORDS[:10], WORDS[10:]
    with moody(pages(old, form)) as site:
        assert crawled(site, bucket, tmp_path)[Fate.NEW] == len(old)
        site.answers.update(pages([*new, *old] if on_top else [*old, *new], form))
        assert crawled(site, bucket, tmp_path, "21T11") == {Fate.NEW: len(new), Fate.NOT_DUE: len(old)}
        assert len(articles(bucket)) == len(WORDS)


def test_a_limit_is_made_full_use_of(bucket: Location, tmp_path: Path) -> None:
    """With a limit, too, the pages of the few that are looked at first decide about the others, which are counted."""
    with moody(pages(WORDS, "/p/{0}")) as site:
        assert crawled(site, bucket, tmp_path, limit="8") == {Fate.NEW: 8, Fate.OVER_LIMIT: len(WORDS) - 8}


def test_links_that_are_not_looked_at_are_counted(bucket: Location, tmp_path: Path) -> None:
    """What is left after a few of a shape turned out to be no articles has a fate of its own."""
    plain = Said("<html lang=en><head><title>Tag</title></head><body><h1>Tag</h1><p>Nothing here.</p></body></html>")
    names = ["stays-open-through-the-winter-48213"]
    with moody(pages(names, "/news/{0}")) as site:
        links = "".join(f"<li><a href='/p/{name}'>All about the {name}</a></li>" for name in WORDS)
        site.answers["/"] = Said(str(site.answers["/"].body).replace("<ul>", f"<ul>{links}"))
        site.answers.update({f"/p/{name}": plain for name in WORDS})
        fates = crawled(site, bucket, tmp_path)
    assert fates == {Fate.NEW: 1, Fate.NOT_ARTICLE: 3, Fate.UNLIKELY: len(WORDS) - 3}
