"""Laws of gates in a real browser: one ends the text or covers it, wherever its markup is; an offer does neither."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.engine import Overlays
from tests.overlays.stage import PARAGRAPH, Theatre, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAID = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
LINKS = "<a href=/s>Subscribe</a> <a href=/l>Log in</a>"
GATE = f"<div><h3>The rest of this story is for subscribers</h3>{LINKS}</div>"
PRESSED = "<style>body, h3 { cursor: pointer }</style>"
PART = (
    '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false,'
    '"hasPart":{"isAccessibleForFree":false,"cssSelector":".rest"}}</script>'
)


def text(number: int, name: str = "") -> str:
    """So many paragraphs."""
    return "".join(f"<p>{name}{at} {PARAGRAPH}</p>" for at in range(number))


def article(inside: str = "", number: int = 8) -> str:
    """A story of so many paragraphs with something at its end."""
    return f"<main><article><h1>A piano crosses the bay</h1>{text(number)}{inside}</article></main>"


ENDS = {
    "a link in the last paragraph": article("<p>To continue reading, <a href=/s>subscribe</a>.</p>"),
    "an aside in the article": PAID + article(GATE.replace("div>", "aside>")),
    "a footer of the article": PAID + article(GATE.replace("div>", "footer>")),
    "deep in what follows": f"<div><div>{article()}</div></div><section><div><div>{GATE}</div></div></section>",
    "with a drawing in it": article() + GATE.replace("<h3>", '<svg><a href="/x"><text>hi</text></a></svg><h3>'),
    "a form for an address": article(
        "<div><h3>Enter your email to continue reading this story</h3><form><input type=email></form></div>", 3
    ),
    "a list of what there is to buy": PAID
    + article(
        "<div><h3>Continue reading with a subscription</h3><ul>"
        + 8 * "<li>All that we print about the bay, on paper and on every screen of yours, from three crowns a month on"
        + f"</ul>{LINKS}</div>"
    ),
    "said for one group": article(f"<div><p>This article is reserved for members</p>{LINKS}</div>"),
    "the rest, on no link": article(
        "<div><div>Keep reading this story</div><div role=button tabindex=0>Subscribe now</div>"
        "<span role=button tabindex=0>Log in</span></div>"
    ),
    "in Spanish": article(
        "<div><p>Para seguir leyendo, suscríbete.</p><a href=/s>Suscríbete</a> <a href=/l>Inicia sesión</a></div>"
    ),
    "in French": article(
        "<div><p>Article réservé aux abonnés. Il vous reste 70 % de cet article à lire.</p><a href=/s>S'abonner</a>"
        "<a href=/l>Se connecter</a></div>"
    ),
    "in Korean": article(
        "<div><p>구독하고 기사 전문을 읽어보세요. 로그인 후 이용가능한 콘텐츠입니다.</p><a href=/s>구독하기</a>"
        "<a href=/l>로그인</a></div>"
    ),
    "over the lower half of the view": PAID
    + article(number=3)
    + "<div style='position:fixed;left:0;right:0;bottom:0;height:55%;background:#fff'>"
    + f"<h2>To continue reading, subscribe</h2>{LINKS}</div>",
    "behind a button that sells it": PAID
    + article(f"<button aria-controls=rest>Subscribe</button><div id=rest hidden>{text(8, 't')}</div>", 3),
    "in a panel without a tab": PAID + article(f"<div role=tabpanel hidden>{text(8, 't')}</div>", 3),
    "in a box that takes no room": PAID
    + article(f"<div style='position:absolute;visibility:hidden'>{text(8, 't')}</div>", 3),
    "below a heading that nobody presses": PAID + article(f"<h3>Why a piano?</h3><div hidden>{text(8, 't')}</div>", 3),
    "below a heading under a hand": PAID
    + PRESSED
    + article(f"<h3>Why a piano?</h3><div hidden>{text(8, 't')}</div>", 3),
    "below an opening that has a heading of its own": PAID
    + PRESSED
    + article(f"<div><h2>How it began</h2>{text(3)}</div><div hidden>{text(8, 't')}</div>", 0),
    "below an opening with a linked heading": PAID
    + article(f"<div><a href='#x'><h2>How it began</h2></a>{text(3)}</div><div hidden>{text(8, 't')}</div>", 0),
    "below another story's card": PAID
    + article(f"<aside><a href=/other><h3>Another story</h3></a></aside><div hidden>{text(8, 't')}</div>", 3),
    "below the button of a card": PAID
    + article(f"<div><h3><a href=/o role=button>Another</a></h3></div><div hidden>{text(8, 't')}</div>", 3),
    "below a single heading that is called a fold": PAID
    + article(f"<h3 class=accordion-title>Why a piano?</h3><div hidden>{text(8, 't')}</div>", 3),
    "in a part that it names, and that scrolling would show": PART
    + article(f"<div class='wow rest' style='visibility:hidden'>{text(8, 't')}</div>", 3),
    "hidden in what scrolling would show": PAID
    + article(f"<div class=wow><div style='visibility:hidden'>{text(8, 't')}</div></div>", 3),
    "laid away paragraph by paragraph": PAID
    + article(f"<style>.locked{{position:absolute;opacity:0}}</style>{8 * f'<p class=locked>{PARAGRAPH}</p>'}", 3),
    "in what scrolling would show, and takes no room": PAID
    + article(f"<div class=wow style='display:none'>{text(8, 't')}</div>", 3),
    "over blurred text": article(
        f'<div style="filter:blur(5px)">{text(4, "x")}</div><div><p>Sign in to read on. Members only.</p>{LINKS}</div>',
        2,
    ),
}
ENDS_NOTHING = {
    "a column": f"<style>body{{display:grid;grid-template-columns:3fr 1fr}}</style>{article()}{GATE}",
    "a bar that counts": article()
    + f'<div style="position:fixed;bottom:0">2 free articles left. Subscribe to keep reading. {LINKS}</div>',
    "a plea for a newsletter": article("<p>Sign up for our newsletter to keep reading stories like this one.</p>"),
    "an offer in a line": article("<p>Subscribe to the Post for unlimited access.</p>"),
    "an offer of magazines": article(
        "<div><h3>Get unlimited access. Continue reading with a monthly subscription: all our magazines from $3</h3>"
        f"{LINKS}</div>"
    ),
    "something said": article('<p>"The rest of the story," she said, "belongs to those who were there."</p>'),
    "a box amid the text": PAID + article(f"<div><h3>Subscribe to continue reading</h3>{LINKS}</div>{text(5, 'b')}", 4),
    "remarks": PAID + article() + f'<div class="comments">{text(20, "c")}{GATE}</div>',
    "another article's": article() + f"<article><h1>Geese</h1>{text(3, 'n')}{GATE}</article>",
    "a story that waits": PAID
    + f'<main><div><h1>A piano</h1>{text(8)}</div><div style="display:none"><h2>Geese</h2>{text(12, "n")}</div></main>',
    "text that fades in": f"{PAID}<style>p{{opacity:0;transition:opacity .5s}}</style>{article()}",
    "what a tab shows": PAID
    + article(f"<div role=tablist><button role=tab>More</button></div><div role=tabpanel hidden>{text(4, 't')}</div>"),
    "what a heading unfolds": PAID
    + article(f"<h2><button aria-controls=more>More</button></h2><div id=more hidden>{text(4, 't')}</div>"),
    "what an accordion without a word for machines unfolds": PAID
    + article(2 * f"<div class='faq-item'><h3>Why a piano?</h3><div hidden>{text(6, 't')}</div></div>"),
    "what headings of an accordion unfold": PAID
    + article(2 * f"<h3 class=accordion-title>Why a piano?</h3><div hidden>{text(6, 't')}</div>"),
    "what a heading with a button unfolds": PAID
    + article(f"<div><h3><button>Why a piano?</button></h3></div><div style='display:none'>{text(6, 't')}</div>"),
    "what a heading that says whether it is open unfolds": PAID
    + article(f"<h3 aria-expanded=false>Why a piano?</h3><div style='display:none'>{text(6, 't')}</div>"),
    "notes laid over the text": PAID
    + article(8 * f"<span style='position:absolute;visibility:hidden'><p>{PARAGRAPH}</p></span>"),
    "text that scrolling shows": PAID + article(f"<div class=wow style='visibility:hidden'>{text(6, 'w')}</div>"),
    "text that scrolling shows, with an offer below": PAID
    + article(f"<div class=wow style='visibility:hidden'>{text(6, 'w')}</div>")
    + f"<div><p>Subscribe to our paper today</p>{LINKS}</div>",
    "text that scrolling fades in": PAID
    + "<style>[data-aos]{opacity:0}</style>"
    + article(f"<section data-aos=fade-up>{text(6, 'w')}</section>"),
    "lines of pictures that wait": PAID
    + article(6 * f"<figure style='display:none'><img><figcaption>{PARAGRAPH}</figcaption></figure>"),
    "an offer over the lower half of the view": PAID
    + article()
    + "<div style='position:fixed;left:0;right:0;bottom:0;height:45%;background:#fff'>"
    + f"<h2>Subscribe for full access to all that we write</h2>{LINKS}</div>",
    "the same in another language": PAID + article(f"<div lang=de style='display:none'>{text(8, 'Klavier ')}</div>"),
    "a shade over the picture on top": f"""{PAID}<style>article{{position:relative}}
    article::before{{content:"";position:absolute;top:0;left:0;right:0;height:90px;background:linear-gradient(transparent,#000)}}</style>{article()}""",
    "an ornament below": f"""{PAID}<style>article{{position:relative}}
    article::after{{content:"";position:absolute;bottom:0;left:0;right:0;height:40px;background:linear-gradient(90deg,red,blue)}}</style>{article()}""",
    "a page not yet shown": f"{PAID}<style>body{{visibility:hidden}}</style>{article()}",
}


@pytest.mark.parametrize("name", ENDS)
async def test_what_ends_the_text_is_a_wall(stage: Theatre, name: str) -> None:
    """Said beyond doubt, where the text ends: a wall, whatever element it is in; what a reader sees stays."""
    engine = Overlays()
    async with stage.show(page_of(story=ENDS[name]), engine) as page:
        report = await engine.dismiss(page)
    assert report.wall is not None
    assert not report.access.complete


@pytest.mark.parametrize("name", ENDS_NOTHING)
async def test_what_ends_nothing_is_no_wall(stage: Theatre, name: str) -> None:
    """Beside, amid or below a whole text, or not painted yet: the text is whole, and nothing of it is withheld."""
    engine = Overlays()
    async with stage.show(page_of(story=ENDS_NOTHING[name]), engine) as page:
        report = await engine.dismiss(page)
    assert (report.wall, report.access.complete, report.withheld) == (None, True, ())


WORDS = '<script type="application/ld+json">{{"@type":"NewsArticle","wordCount":400}}</script>'
AROUND = {
    "above a gate": "{0}" + GATE,
    "below a gate": GATE + "{0}",
    "below a line": "<p>The rest of this story is for subscribers.</p>{0}",
    "that makes the text as long as declared": WORDS + "{0}" + GATE,
}


@pytest.mark.parametrize("name", AROUND)
async def test_what_scrolling_shows_is_withheld_at_a_gate(stage: Theatre, name: str) -> None:
    """Where a gate ends the text without it, what waits for scrolling is the paid part, and none of it is taken."""
    rest = f"<div class='wow premium' style='visibility:hidden'>{text(8, 't')}</div>"
    engine = Overlays()
    async with stage.show(page_of(story=PAID + article(AROUND[name].format(rest), 3)), engine) as page:
        report = await engine.dismiss(page)
    assert report.wall is not None
    assert len(report.withheld) >= 8
