"""Laws of pleas and offers: what asks something of its readers is left out, what a reader calls the article stays."""

from __future__ import annotations

import numpy as np
import pytest
from lxml.html import HtmlElement

from mtcrawler.api import read
from mtcrawler.extraction.any_site.assembly import Assembly
from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.pleas import boxes
from mtcrawler.extraction.pleas.pleas import Pleas
from mtcrawler.markup.document import parsed
from tests.extraction.any_site.pages import STORY, URL, linked, page, paragraphs

ASKS = (
    "Small newsrooms have had a hard year, and ours is no exception to that.",
    "We lock nothing away, and we think that everybody should be able to read what happens at the harbour.",
    "It takes two minutes to set up, and it keeps the lamp of this paper burning through the winter.",
)
CHOICES = "<button>Once</button><button>Monthly</button><button>Annual</button><button>$10</button>"
MESSAGE = f'<div class="panel-7"><h4>Dear readers,</h4>{paragraphs(ASKS)}<div>{CHOICES}</div></div>'
BANNER = f'<div class="donation-box">{paragraphs(ASKS)}<a href="/donate?from=story">Go on</a></div>'
LETTER = f'<div class="contribute-banner p-3">{paragraphs(ASKS)}<a href="/contribute?from=story">Go on</a></div>'
LINES = (
    '<p><strong>Sign up for <a href="/letters">our newsletter</a> and never miss a tide.</strong></p>',
    '<p>Follow us on <a href="https://t.me/ostervik">Telegram</a></p>',
    '<p>► Download <a href="https://apps.apple.com/app/ostervik">our app</a></p>',
    '<p>Read also: <a href="/a">Ferry runs again after repairs at the northern quay</a></p>',
    '<p><em>Unterstützen Sie unsere Arbeit mit <a href="/spenden">einer Spende</a>.</em></p>',
    "<p>Подписывайтесь на наш канал в Telegram</p>",
)
INNOCENT = (
    "<p>Anybody who wants to help can donate to the lighthouse fund at the harbour office until Friday.</p>",
    '<p>The choir has a page <a href="https://www.patreon.com/choir">on Patreon</a>, and nine people pay monthly.</p>',
    "<p>“Subscribe to our newsletter,” the keeper told the visitors, and handed out cards.</p>",
    "<p>Write to your councillor, come to the meeting, and support the keepers of the lamp.</p>",
    "<p><strong>Editor’s note: An earlier version of this story had another date of the vote.</strong></p>",
    "<ol><li>Open the door of the lamp.</li><li>Subscribe to our newsletter of tides.</li><li>Light it.</li></ol>",
    "<p>¿Saben ustedes dónde está? Suscríbete a nuestro boletín, decía el cartel del puerto que nadie leyó nunca.</p>",
    '<div class="whatsapp-message"><p>The water is rising, the keeper wrote.</p><a href="https://t.me/k/1">t.me</a></div>',
    '<div class="contribution"><p>Ada Lind contributed to this story.</p><a href="https://x.com/ada">Ada</a></div>',
    '<div class="contributor-banner"><p>Ada Lind writes of ferries.</p><a href="https://x.com/ada">Ada</a></div>',
    '<p><strong>The lamp stays for now. Nine boats came home by it. <a href="/n">Get our newsletter</a>.</strong></p>',
    "<h3>Follow us on Instagram</h3><p>So the sign at the pier has said since the summer, to the keeper’s grief.</p>",
)


def read_with(inside: str, after: tuple[str, ...] = STORY[3:]) -> str:
    """The text of a page whose story has this in its middle."""
    return read(page(paragraphs(STORY[:3]) + inside + paragraphs(after), head=linked()), URL).text


@pytest.mark.parametrize("box", [MESSAGE, BANNER, LETTER])
@pytest.mark.parametrize("place", ["middle", "end"])
def test_a_box_that_asks_is_left_out_whole(box: str, place: str) -> None:
    """A box with choices of money, or named by what it asks, is none of the text on the first page of a site."""
    after = STORY[3:] if place == "middle" else ()
    assert read_with(box, after).split("\n\n") == [*STORY[:3], *after]


def pleas_in(inside: str, story: tuple[str, ...] = STORY) -> list[str]:
    """What is left out of a story with this in its middle, where the model would take all of it."""
    html = page(paragraphs(story[:3]) + inside + paragraphs(story[3:]), head=linked())
    seen = AnySiteExtractor(undescribed("https://paper.example")).extract(html, URL, {})
    around = [segment.element.iterancestors() for segment in seen.observation.segments]
    taken = [any("article-body" in (above.get("class") or "") for above in one) for one in around]
    found = Pleas(seen.observation, np.array(taken, float), seen.statements)
    return [seen.observation.segments[index].text for index in found.segments]


def test_a_message_longer_than_its_notice_is_left_out() -> None:
    """Beside a notice of one line, a box with many choices of money is no more a part of the text than elsewhere."""
    thanks = (
        "Thank you for reading this far, and for telling others of the paper that keeps the lamp of the harbour lit."
    )
    message = MESSAGE.replace("</h4>", f"</h4>{paragraphs((thanks,))}")
    assert pleas_in(message, STORY[:1]) == ["Dear readers,", thanks, *ASKS]


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_asks_is_left_out(line: str) -> None:
    """A line of its own that asks to subscribe, follow, give or read elsewhere is none of the text."""
    assert pleas_in(line) == [" ".join(parsed(line).text_content().split())]


@pytest.mark.parametrize("said", INNOCENT)
def test_what_a_story_tells_stays(said: str) -> None:
    """Whom a story says to give to, what somebody is quoted with, and the steps of a list are the article's."""
    assert pleas_in(said) == []


def test_a_page_that_does_nothing_but_ask_keeps_its_words() -> None:
    """Where a fifth of the words asks, that is what the page is about: it stays."""
    asking = tuple(f"Support our journalism, {who}, and become a member of this paper." for who in ("Ada", "Bo", "Cy"))
    assert pleas_in(paragraphs(asking), STORY[:1]) == []
    assert pleas_in(paragraphs(asking[:1]), STORY[:3]) == [asking[0]]


def test_a_box_that_holds_the_story_is_no_plea() -> None:
    """An element called after a newsletter, with things to press, that holds most of the text is the story's own."""
    inside = f'<div class="newsletter-post">{paragraphs()}<button>Subscribe</button><button>Donate</button></div>'
    assert read(page(inside, head=linked()), URL).text.split("\n\n") == list(STORY)


def test_a_picture_in_a_plea_is_none_of_the_story() -> None:
    """What a box that asks shows goes with its words."""
    box = BANNER.replace("<a ", '<img src="/coins.jpg" width="640" height="400" alt=""><a ')
    found = read(page(paragraphs(STORY[:3]) + box + paragraphs(STORY[3:]), head=linked()), URL)
    assert all(block.type != "image" for block in found.body)


def test_lines_of_one_element_ask_once_where_its_links_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    """An element with thousands of lines is walked once for its links, and pleas are looked up in no list."""
    asked: list[object] = []
    leads = boxes.leads

    def counted(element: HtmlElement) -> tuple[bool, bool]:
        asked.append(element)
        return leads(element)

    monkeypatch.setattr(boxes, "leads", counted)
    told = "<br><br>".join(f"{text} {text}<br><br>Subscribe to our newsletter {n}." for n, text in enumerate(STORY * 9))
    html = page(f"<div>{told}</div>", head=linked())
    seen = AnySiteExtractor(undescribed("https://paper.example")).extract(html, URL, {})
    number = len(seen.observation.segments)
    found = Pleas(seen.observation, np.ones(number), seen.statements)
    assert len(found.segments) >= 50
    assert len(asked) == len(set(asked))
    found.segments = Unsearched(found.segments)
    assert Assembly(seen.observation, range(number), URL, found).blocks()


class Unsearched(list[int]):
    """Numbers of which none is looked up, as that takes as long as there are many."""

    def __contains__(self, number: object) -> bool:
        raise AssertionError(f"{number} is looked up in a list")


def test_a_word_without_end_is_no_box() -> None:
    """What is asked of the vocabulary is remembered by it, so a box of a few endless words is not asked about."""
    assert boxes.text_of(parsed(f"<p>Subscribe {'ab' * boxes.LETTERS}</p>")) == ""


NOTICE = "When you buy through links on our site, we may earn a small commission at no extra cost to you."


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (NOTICE, False),
        ("If you purchase a product through a link on this page, I may receive compensation.", False),
        ("Kaufen Sie über einen Affiliate-Link, erhalten wir vom Händler eine Provision.", False),
        ("Nous pouvons percevoir une commission sur les achats faits par ces liens.", False),
        ("The keeper said that “we may earn a commission by such links”, and everybody in the hall laughed.", True),
        ("The owner may receive compensation for the old links between tower and quay, the treasurer said.", True),
        ("We may receive compensation for the storm, the keeper hoped, but nobody has written to her so far.", True),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_notice_of_who_earns_by_a_text_is_none_of_it(line: str, kept: bool, first: bool) -> None:
    """At the ends of a text the publisher's word that it is paid for what readers buy is left out; what a story tells
    of commissions stays.
    """
    story = (line, *STORY) if first else (*STORY, line)
    text = read(page(paragraphs(story), head=linked()), URL).text
    assert [line in text, all(one in text for one in STORY)] == [kept, True]


def test_a_text_about_such_notices_keeps_them() -> None:
    """Where several paragraphs at an end say who earns by links, or one does in the middle, the text is about it."""
    other = NOTICE.replace("a small", "a").replace("you.", "our readers.")
    text = read(page(paragraphs((*STORY[:3], NOTICE, *STORY[3:], NOTICE + " Truly.", other)), head=linked()), URL).text
    assert [one in text for one in (NOTICE, NOTICE + " Truly.", other)] == [True] * 3
