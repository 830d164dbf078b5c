"""Lists of a site that nobody has described: where they are, how they go on, and which of their links are old."""

from __future__ import annotations

from datetime import date

import pytest

from mtcrawler.discovery.front_page.links import links_of, next_of, sections_of, words_in
from mtcrawler.discovery.front_page.teasers import days_of
from mtcrawler.discovery.front_page.waiting import PROBES, WaitingLinks
from mtcrawler.frontier.article_addresses import LearnedAddresses
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.document import parsed
from mtcrawler.model.discovered_url import DiscoveredUrl

HOME = "https://paper.example"
SITE = Site(HOME, frozenset({"paper.example"}))


def found(path: str, words: int = 7) -> DiscoveredUrl:
    return DiscoveredUrl(HOME + path, "section:home", words=words)


def test_sections_are_asked_for_as_they_are_linked() -> None:
    """A section's address keeps its closing slash and its query, and what a site says of itself is no section."""
    menu = "<a href=/category/sport/>Sport</a><a href='/list.asp?cat=town'>Town</a><a href=/about>About us</a>"
    root = parsed(f"<html><body><nav>{menu}<a href=/author/edda>Edda Holm</a></nav></body></html>", HOME)
    assert sections_of(list(links_of(root, HOME, SITE)), SITE) == [
        f"{HOME}/list.asp?cat=town",
        f"{HOME}/category/sport/",
    ]


@pytest.mark.parametrize(
    "link",
    [
        "<a rel=next href=/news?page=2>2</a>",
        "<a class='next page-numbers' href=/news?page=2>»»</a>",
        "<a id=blog-pager-older-link href=/news?page=2>Earlier</a>",
        "<li><a href=/news?page=2>Nächste Seite</a></li>",
        "<a href=/news?page=2>下一页</a>",
    ],
)
def test_a_list_goes_on_where_its_page_says_so(link: str) -> None:
    """By `rel`, by the class that themes give the link, or by its words in any language that is known."""
    root = parsed(f"<html><body><a href=/news/nextdoor-neighbours>Nextdoor</a>{link}</body></html>", HOME)
    assert next_of(root, f"{HOME}/news") == f"{HOME}/news?page=2"


def test_words_of_a_script_without_spaces_are_counted() -> None:
    """A headline in Chinese or Japanese is as long as one in letters."""
    assert words_in("The ferry runs again") == 4
    assert words_in("渡轮今日恢复通航") >= 4
    assert words_in("政治") <= 2


def test_the_day_of_a_teaser_is_its_storys() -> None:
    """A date belongs to the one headline whose teaser it stands in, and to none where several are near."""
    teaser = "<li><a href=/{0}>The {0} of the harbour is repaired</a> <a href=/author>E. Holm</a>{1}</li>"
    dates = ("<time datetime=2026-10-03T08:00:00Z>3 Oct</time>", "<span>12 November 2026</span>", "")
    items = "".join(teaser.format(name, when) for name, when in zip(("boat", "mast", "sail"), dates, strict=True))
    root = parsed(f"<html lang=en><body><ul>{items}</ul><p>21 November 2026</p></body></html>", HOME)
    words = {link.url: link.words for link in links_of(root, HOME, SITE)}
    assert days_of(root, HOME, words, "en") == {f"{HOME}/boat": date(2026, 10, 3), f"{HOME}/mast": date(2026, 11, 12)}


def test_links_in_doubt_wait_for_what_a_few_of_their_shape_turn_out_to_be() -> None:
    """First come those that are likely articles, then a few of each shape in doubt; their verdicts decide the rest."""
    addresses = LearnedAddresses(SITE)
    waiting = WaitingLinks(SITE, addresses)
    doubtful = [found(f"/story.asp?id={number}", words=3) for number in range(48200, 48220)]
    sure = found("/news/ferry-runs-again-after-a-long-winter-48199")
    assert waiting.add([*doubtful, sure]) == (21, [])
    assert waiting.next_round() == [sure]
    probes = waiting.next_round()
    assert len(probes) == PROBES
    for one in probes:
        addresses.learn(one.url, article=True)
    assert len(waiting.next_round()) == len(doubtful) - PROBES
    assert waiting.next_round() == []


def test_links_in_doubt_whose_like_are_no_articles_are_not_looked_at() -> None:
    """A shape whose pages were none costs no more than those few."""
    addresses = LearnedAddresses(SITE)
    waiting = WaitingLinks(SITE, addresses)
    waiting.add(found(f"/story.asp?id={number}", words=3) for number in range(48200, 48220))
    for one in waiting.next_round():
        addresses.learn(one.url, article=False)
    assert waiting.next_round() == []
