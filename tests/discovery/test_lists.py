"""Lists of a site that nobody has described: where they are, how they go on, and which of their links are old."""

from __future__ import annotations

from datetime import date

import pytest
from lxml.html import HtmlElement

from mtcrawler.discovery.front_page import links, teasers
from mtcrawler.discovery.front_page.links import links_of, next_of, sections_of, words_in
from mtcrawler.discovery.front_page.teasers import days_of
from mtcrawler.discovery.front_page.waiting import PROBES, WaitingLinks
from mtcrawler.frontier.article_addresses import LearnedAddresses
from mtcrawler.markup.addresses import Site, joined
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
        "<a href=/news?page=2>Older Posts »</a>",
    ],
)
def test_a_list_goes_on_where_its_page_says_so(link: str) -> None:
    """By `rel`, by the class that themes give the link, or by its words in any language that is known."""
    root = parsed(f"<html><body><a href=/news/nextdoor-neighbours>Nextdoor</a>{link}</body></html>", HOME)
    assert next_of(root, f"{HOME}/news") == f"{HOME}/news?page=2"


@pytest.mark.parametrize(
    "story",
    [
        "<a class=read-next href=/news/ferry-runs-again-after-the-frost>Next: the ferry runs again after the frost</a>",
        "<a class=next-article href=/view.php?id=48213>Ferry runs</a>",
        "<a class=read-next href=/p/anchor>Read next</a>",
        "<a rel=next href=/news/ferry-runs-again-after-the-frost>Next</a>",
    ],
)
@pytest.mark.parametrize("link", ["<a href=/news?page=2>Next</a>", "<a class=next href=/news?page=2>2</a>", ""])
def test_a_story_is_never_the_next_part_of_a_list(story: str, link: str) -> None:
    """A link that is called the next one, and leads to a story, is passed by for the one that goes on, if any does."""
    root = parsed(f"<html><body>{story}{link}</body></html>", HOME)
    assert next_of(root, f"{HOME}/news") == (f"{HOME}/news?page=2" if link else None)


def test_a_menu_chooses_sections_and_does_other_things() -> None:
    """A query that chooses no section is none: how the page looks, the way out, and later parts of a list."""
    links = ("/list.asp?cat=town", "/set.php?theme=dark", "/logout?x=1", "/logout", "/list?page=2")
    menu = "".join(f"<a href='{link}'>Town</a>" for link in links)
    root = parsed(f"<html><body><nav>{menu}</nav></body></html>", HOME)
    assert sections_of(list(links_of(root, HOME, SITE)), SITE) == [f"{HOME}/list.asp?cat=town"]


def test_each_address_of_a_list_is_joined_once_for_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list of deep teasers with many links costs no more than its addresses."""
    asked: list[str | None] = []

    def counted(base: str, address: str | None) -> str | None:
        asked.append(address)
        return joined(base, address)

    monkeypatch.setattr(teasers, "joined", counted)
    links = "".join(f"<a href=/tag/{number}>Tag</a>" for number in range(37))
    when = f"{'<div>' * 5}<span>12 November 2026</span>{'</div>' * 5}"
    item = "<li><a href=/{0}>The story number {0} of the day</a>{1}{2}</li>"
    items = "".join(item.format(number, links, when) for number in range(100))
    root = parsed(f"<html lang=en><body><ul>{items}</ul></body></html>", HOME)
    words = {link.url: link.words for link in links_of(root, HOME, SITE)}
    assert len(days_of(root, HOME, words, "en")) == 100
    assert len(asked) == 137


def test_words_of_a_script_without_spaces_are_counted() -> None:
    """A headline in Chinese or Japanese is as long as one in letters."""
    assert words_in("The ferry runs again") == 4
    assert words_in("渡轮今日恢复通航") >= 4
    assert words_in("政治") <= 2


def test_the_day_of_a_teaser_is_its_storys() -> None:
    """A date belongs to the one headline whose teaser it stands in, and to none where several are near."""
    teaser = "<li><a href=/{0}>The {0} of the harbour is repaired</a> <a href=/author>E. Holm</a>{1}</li>"
    dates = (
        "<time datetime=2026-10-03T08:00:00Z>3 Oct</time>",
        "<span>12 November 2026</span>",
        "<p>Published on Friday, November 20, 2026</p>",
        "",
    )
    names = ("boat", "mast", "rope", "sail")
    items = "".join(teaser.format(name, when) for name, when in zip(names, dates, strict=True))
    root = parsed(f"<html lang=en><body><ul>{items}</ul><p>21 November 2026</p></body></html>", HOME)
    words = {link.url: link.words for link in links_of(root, HOME, SITE)}
    days = (date(2026, 10, 3), date(2026, 11, 12), date(2026, 11, 20))
    assert days_of(root, HOME, words, "en") == {
        f"{HOME}/{name}": day for name, day in zip(names[:3], days, strict=True)
    }


@pytest.mark.parametrize(
    "teaser",
    [
        "<a href=/wall>The fall of the wall, 9 November 2025</a>",
        "<a href=/wall>What the wall meant</a> <p>Those who saw it <em>9 November 2025</em> will not forget</p>",
        "<figure><img src=w.jpg><figcaption>Photo, 9 November 2025</figcaption></figure><a href=/wall>The wall</a>",
        "<a href=/wall>Remembering 9 November 1989</a>",
        "<a href=/wall>What the wall meant</a> <p>9 November 1989</p>",
    ],
)
def test_a_day_that_a_story_is_about_is_not_its_own(teaser: str) -> None:
    """A date in a headline, in a sentence or under a picture, or years away from those of the list, is no teaser's."""
    dated = "<li><a href=/{0}>The {0} of the harbour is repaired</a> <span>{1} November 2026</span></li>"
    items = "".join(dated.format(name, day) for name, day in (("boat", 11), ("mast", 12), ("rope", 13)))
    root = parsed(f"<html lang=en><body><ul>{items}<li>{teaser}</li></ul></body></html>", HOME)
    words = {link.url: link.words for link in links_of(root, HOME, SITE)}
    assert f"{HOME}/wall" not in days_of(root, HOME, words, "en")


def test_links_of_a_deep_page_are_read_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many links stand in however many elements, each element is asked once whether it is a menu."""
    asked: list[HtmlElement] = []
    is_menu = links._is_menu

    def counted(element: HtmlElement) -> bool | None:
        asked.append(element)
        return is_menu(element)

    monkeypatch.setattr(links, "_is_menu", counted)
    inside = "".join(f"<a href=/x{number}>Town</a>" for number in range(300))
    root = parsed(f"<html><body>{'<div>' * 200}{inside}{'</div>' * 200}</body></html>", HOME)
    assert len(list(links_of(root, HOME, SITE))) == 300
    assert len(asked) <= 202


def test_links_in_links_are_read_in_pieces() -> None:
    """Of a link that holds others only the first pieces are read."""
    root = parsed("<html><body>" + "".join(f"<a href=/x{number}><span>word " for number in range(500)), HOME)
    assert max(link.words for link in links_of(root, HOME, SITE)) <= links.PIECES


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


@pytest.mark.parametrize("article", [True, False])
def test_what_earlier_runs_know_costs_no_look_and_counts_for_its_shape(article: bool) -> None:
    """Known articles that wait speak for their shape, known other pages against it, each once; none is a probe."""
    addresses = LearnedAddresses(SITE)
    waiting = WaitingLinks(SITE, addresses)
    known = [found(f"/story.asp?id={number}", words=3) for number in range(48200, 48207)]
    new = [found(f"/story.asp?id={number}", words=3) for number in range(48300, 48307)]
    waiting.add([*known, *new])
    judged = {one.url: article for one in known}
    waiting.recall(judged.get)
    once = addresses.likely(new[0].url)
    waiting.recall(judged.get)
    assert addresses.likely(new[0].url) == once
    assert waiting.take(lambda one: one.url in judged) == known
    assert waiting.next_round() == (new if article else [])
    assert waiting.take(lambda one: True) == ([] if article else new)
