"""Laws of a page over plain HTTP as its readers get it: what is declared as paid is not read, and nothing is marked."""

from __future__ import annotations

import json
import time

import lxml.html
import pytest
from scrapy.http import HtmlResponse

from mtcrawler.extraction.page import ArticlePage, css
from mtcrawler.fetch.mode.plain import as_a_reader, mended
from mtcrawler.markup.css import MOST
from mtcrawler.model import clock
from mtcrawler.model.article import Block, text_of
from mtcrawler.security.untrusted import NO_CHARSETS
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.storage.pages.answer import Answer
from mtcrawler.storage.pages.page import KeptPage
from tests.fixtures.sites import described

NAMES_ITS_BODY = described(selectors={"body": ".body"})
SAYS_NOTHING = described()
OPEN = "The ferry runs every hour from Monday."
URL = "https://www.example.com/2026/11/20/the-harvest"
PAID = "What it will cost was told to subscribers."


class Own(ArticlePage):
    """A page that reads its body in a way of its own."""

    @property
    def body(self) -> list[Block]:
        """Each body by itself."""
        return [block for each in css(".body")(self.scope) for block in self.reader.read([each])]


Kind = tuple[type[ArticlePage], SiteDefinition]
NAMED: Kind = (ArticlePage, NAMES_ITS_BODY)
KINDS: tuple[Kind, ...] = (NAMED, (Own, SAYS_NOTHING), (ArticlePage, SAYS_NOTHING))


def page(*parts: str, kind: Kind = NAMED, free: bool | None = False, after: str = "") -> ArticlePage:
    """A page with an open paragraph, a paid one and bare words, that declares these parts as paid; `after` ends it."""
    part = [{"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": one} for one in parts]
    node = {"@type": "NewsArticle", "isAccessibleForFree": free, "hasPart": part}
    make, definition = kind
    return make(
        f'<html><head><script type="application/ld+json">{json.dumps(node)}</script></head><body><main class=around>'
        f"<article><h1>Ferry</h1><div class=body>Bare words.<p class=open>{OPEN}</p><p class=paid>{PAID}</p>"
        f"<p>More.</div></article></main>{after}</body></html>",
        "https://paper.example/a",
        definition,
        {},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_declared_as_paid_is_not_read(kind: Kind) -> None:
    """The declared part is left out of the text and the rest is read, however a publisher's page reads its body."""
    seen, access = as_a_reader(page(".paid", kind=kind), 200)
    text = text_of(seen.body)
    assert OPEN in text
    assert "More." in text
    assert PAID not in text
    assert (access.tier, access.complete) == ("subscription", False)
    assert ("JSON-LD hasPart", ".paid: 0 words to be seen") in [(one.signal, one.value) for one in access.evidence]


@pytest.mark.parametrize("selector", [".body", "article", ".around", "main > article, .nowhere"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_paid_part_around_the_body_withholds_all_of_it(selector: str, kind: Kind) -> None:
    """Where the declared part is the body, or stands around it, not a word is read; the headline is."""
    seen, access = as_a_reader(page(selector, kind=kind), 200)
    assert text_of(seen.body) in {"", "Ferry"}  # a page that names no body reads its headline there, too
    assert seen.headline == "Ferry"
    assert access.complete is False


@pytest.mark.parametrize("parts", [(), (".nowhere",), ("((",), ("h1",), (".empty",)])
def test_without_a_sign_of_a_wall_the_text_is_read_and_is_not_said_to_be_whole(parts: tuple[str, ...]) -> None:
    """Not free, and nothing on the page speaks of a wall: read as it stands, and incomplete until a browser saw it."""
    seen, access = as_a_reader(page(*parts, after="<i class=empty></i>"), 200)
    assert PAID in text_of(seen.body)
    assert (access.tier, access.complete) == ("subscription", False)


GATE = '<section><p>The rest of this article is for subscribers.</p><a href="/in">Subscribe</a></section>'
VENDOR = '<script src="https://cdn.tinypass.com/api/tinypass.min.js"></script>'


@pytest.mark.parametrize("after", [GATE, VENDOR, GATE.replace("<a", "<!--").replace("/a>", "-->")])
def test_where_a_wall_is_spoken_of_nothing_is_read(after: str) -> None:
    """Not free, and a gate, a line or a wall's script is there: where the free part ends only the browser sees."""
    seen, access = as_a_reader(page(after=after), 200)
    assert (seen.body, access.complete) == ([], False)


def test_more_parts_than_are_looked_for_are_read_by_nobody() -> None:
    """Where the paid parts are too many to be followed nothing is read."""
    seen, access = as_a_reader(page(*(f".part{n}" for n in range(MOST + 1))), 200)
    assert (seen.body, access.complete) == ([], False)


def test_a_gate_is_found_without_any_declaration() -> None:
    """What says that the text goes on for others makes a part of it over HTTP, too, and is no part of the text."""
    seen, access = as_a_reader(page(free=None, after=GATE), 200)
    assert (access.tier, access.complete) == ("subscription", False)
    assert PAID in text_of(seen.body)
    assert "rest of this article" not in text_of(seen.body)


def test_nothing_is_marked() -> None:
    """Neither judging a page nor reading it without a part changes its tree, nor what the page itself reads."""
    one = page(".paid")
    before, whole = lxml.html.tostring(one.root), list(one.body)
    seen, _ = as_a_reader(one, 200)
    assert PAID not in text_of(seen.body)
    assert lxml.html.tostring(one.root) == before
    assert one.body == whole
    assert PAID in text_of(one.without(()).body)


def test_each_reading_tells_how_its_own_fields_were_had() -> None:
    """A page that is read without a part keeps its own account of its fields, and the whole page keeps its own, too."""
    one = page(".body", kind=(ArticlePage, NAMES_ITS_BODY))
    assert (one.headline, bool(one.body)) == ("Ferry", True)
    seen, _ = as_a_reader(one, 200)
    assert (seen.headline, seen.body) == ("Ferry", [])
    assert (dict(one.sources), dict(seen.sources)) == ({"headline": "guess", "body": "site"}, {"headline": "guess"})


def test_what_the_response_declares_is_evidence() -> None:
    """A header about access is evidence over plain HTTP, too, whatever extractor read the page."""
    _, access = as_a_reader(page(free=None), 200, {"x-paywall": "hard", "server": "x"})
    assert [(one.signal, one.value) for one in access.evidence] == [("header", "x-paywall: hard")]


def test_what_declares_nothing_is_read_as_it_is() -> None:
    """A page that says nothing of access is read whole, and its tier is unknown."""
    seen, access = as_a_reader(page(free=None), 200)
    assert PAID in text_of(seen.body)
    assert (access.tier, access.complete, access.evidence) == ("unknown", True, [])


@pytest.mark.parametrize("padding", [0, 5_000, 100_000])
def test_a_character_set_that_is_declared_late_is_believed(padding: int) -> None:
    """However much stands before the declaration, a page without a header's is read in the set it declares."""
    head = f"<!--{'pad ' * (padding // 4)}--><meta charset=Shift_JIS>"
    html = f"<html><head>{head}</head><body>渡し船は冬も続く</body></html>"
    page = HtmlResponse("https://paper.example/", body=html.encode("shift_jis"), headers={"Content-Type": "text/html"})
    assert "渡し船は冬も続く" in mended(page).text


@pytest.mark.parametrize("name", sorted(NO_CHARSETS))
@pytest.mark.parametrize("stated", [True, False], ids=["header", "markup"])
def test_a_character_set_that_no_browser_knows_is_not_used(name: str, stated: bool) -> None:
    """A page is read at once whatever it declares: Python's punycode would take an hour for a megabyte."""
    declared = f"; charset={name}" if stated else ""
    body = f"<html><head><meta charset={name}></head><p>".encode() + b"a" * 200_000 + b"-" + b"ba" * 200_000
    response = HtmlResponse(URL, headers={"Content-Type": f"text/html{declared}"}, body=body)
    page = KeptPage("", (Answer(URL, 200, (("Content-Type", f"text/html{declared}"),), body, clock.now()),))
    began = time.process_time()
    assert mended(response).text == page.html == body.decode()
    assert time.process_time() - began < 1


def test_microdata_that_says_not_free_is_read_over_http() -> None:
    """What a meta element of microdata says of access counts over HTTP as it does in the browser."""
    html = f'<html><head><meta itemprop="isAccessibleForFree" content="false"></head><body><p>{OPEN}</p></body></html>'
    _, access = as_a_reader(ArticlePage(html, "https://paper.example/a", SAYS_NOTHING, {}), 200)
    assert (access.tier, access.complete) == ("subscription", False)


def test_what_is_hidden_stands_between_nothing() -> None:
    """A gate after text that the markup hides ends the text before that, with no declaration too."""
    links = "<a href=/s>Subscribe</a> <a href=/l>Log in</a>"
    gate = f"<div><h3>The rest of this story is for subscribers</h3>{links}</div>"
    lines = [f"<p>{OPEN} {number} carts and the doctor's horse were on it when it left.</p>" for number in range(12)]
    story = f"{''.join(lines[:6])}<div style='display:none'>{''.join(lines[6:])}</div>{gate}"
    html = f"<html><body><main><article><h1>Ferry</h1>{story}</article></main></body></html>"
    _, access = as_a_reader(ArticlePage(html, "https://paper.example/a", SAYS_NOTHING, {}), 200)
    assert (access.tier, access.complete) == ("subscription", False)


def test_a_server_s_western_default_gives_way_to_the_page_s_own_word() -> None:
    """Where the header says Latin-1 and the markup another set that fits, as of a Polish page, the markup is right."""
    text = (
        "<html><head><meta charset=windows-1250></head><p>Rada portu postanowiła, że pomost będzie otwarty.</p></html>"
    )
    header = {"Content-Type": "text/html; charset=ISO-8859-1"}
    assert "postanowiła, że" in mended(HtmlResponse(URL, headers=header, body=text.encode("cp1250"))).text
    french = "<meta charset=iso-8859-1><p>Il a gagné hier à Séville, dit-on.</p>"
    assert "gagné" in mended(HtmlResponse(URL, headers=header, body=french.encode("latin-1"))).text


def test_one_spoilt_letter_makes_no_other_set_of_a_page_in_utf8() -> None:
    """A page in UTF-8 with a right letter and a wrong byte stays what it says."""
    body = "<meta charset=utf-8><p>The bishop’s own wood, and a caf".encode() + b"\xe9 beside it.</p>"
    header = {"Content-Type": "text/html; charset=utf-8"}
    assert "bishop’s" in mended(HtmlResponse(URL, headers=header, body=body)).text
