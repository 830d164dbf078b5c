"""Whether an answer is the page that was asked for: what else it is has a name, and says nothing of the article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from mtcrawler.answers.challenges import captcha, in_headers, of_host, own_page, own_words
from mtcrawler.answers.machinery import machinery
from mtcrawler.answers.phrases import name_of, said_by
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Draft
from mtcrawler.model.reasons import Fate
from mtcrawler.sites.definition import ErrorPage

OK: Final = 200
PLENTY: Final = 600
"""Characters of a body that no challenge has."""
ARTICLE: Final = 3_000
"""Characters of a body that no page in an article's place has, whatever its title says."""
LITTLE: Final = 1_500
"""Characters of a page that says little beside its title and its links."""
STORY: Final = 300
"""Characters of a body that is more than an excuse for what is not there."""
NOTHING: Final = 60
"""Characters of a page that says nothing: "Loading …"."""
_SCRIPTS: Final = etree.XPath("boolean(//script | //meta[translate(@http-equiv, 'REFSH', 'refsh') = 'refresh'])")
_PASSWORD: Final = etree.XPath("boolean(//input[translate(@type, 'PASWORD', 'pasword') = 'password'])")
_SHOWS: Final = etree.XPath("boolean(//body//*[self::img or self::video or self::a])")
_TITLES: Final = etree.XPath("(//head/title)[1] | (//h1)[position() <= 2]")
UNLINKED: Final = etree.XPath(
    "//body//text()[not(ancestor::a or ancestor::script or ancestor::style or ancestor::noscript or ancestor::nav"
    " or ancestor::footer or ancestor::button or ancestor::template or ancestor::select)]"
)
_CHALLENGE: Final = re.compile(
    r"(?:show|solve)?-?captcha|are-you-(?:a-)?(?:human|robot)|verify-human|(?:ro)?bot-?check"
)
_LOGIN: Final = re.compile(
    r"log-?in|sign-?in|sign-?on|sso|auth|authenticat(?:e|ion)|authori[sz]e|oauth2?|openid|accounts?|anmelden|anmeldung"
    r"|connexion|inloggen|iniciar-?sesion|accedi"
)
_CONSENT: Final = re.compile(
    r"(?:collect|cookie|my|gdpr)-?consent|consents?|consent-?(?:manager|wall|gate)|guce|cookie-?wall"
    r"|privacy-?(?:gate|wall)|zustimmung|cmp"
)
_AROUND: Final = re.compile(r"[-.](?:page|form|php|html?|aspx?|jsp|do)$")
"""What may follow such a word in a step of a path: /login.php."""
STEPS: Final = 3
"""Steps of a path in which such a word says what a page is; after them come headlines."""


@dataclass(frozen=True)
class Judgement:
    """What an answer is, and what shows it, in a few words."""

    fate: Fate
    why: str


class OtherPage(Exception):
    """An answer is not the page that was asked for."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement.why)
        self.judgement = judgement


def of_another_host(url: str) -> Judgement:
    """What a page is that a redirect led to, on a host that is not one of the site's."""
    parts = urlsplit(url.lower())
    if vendor := of_host(parts.hostname or "", parts.path):
        return Judgement(Fate.BLOCKED, f"it led to {parts.hostname}, a challenge of {vendor}")
    if _names(_CHALLENGE, parts):
        return Judgement(Fate.BLOCKED, f"it led to a captcha at {parts.hostname}")
    if _names(_CONSENT, parts):
        return Judgement(Fate.CONSENT, f"it led to {parts.hostname}, which asks for consent")
    if _names(_LOGIN, parts):
        return Judgement(Fate.LOGIN, f"it led to {parts.hostname}, where readers sign in")
    return Judgement(Fate.ELSEWHERE, f"it led to {parts.hostname}, which is not one of the site's hosts")


def of_another_address(url: str) -> Judgement | None:
    """What a page of the site is that a redirect led to, by its address; None where that says nothing."""
    parts = urlsplit(url.lower())
    if _steps(_CHALLENGE, parts):
        return Judgement(Fate.BLOCKED, f"it led to {parts.path}, a captcha")
    if _steps(_CONSENT, parts):
        return Judgement(Fate.CONSENT, f"it led to {parts.path}, which asks for consent")
    if _steps(_LOGIN, parts):
        return Judgement(Fate.LOGIN, f"it led to {parts.path}, where readers sign in")
    return None


def _names(words: re.Pattern[str], parts: SplitResult) -> bool:
    """Whether a label of the host, or one of the first steps of the path, is such a word and nothing else.

    A label may join several (login-eu); a step may not, as a headline does (sso-login-explained).
    """
    labels = (parts.hostname or "").split(".")
    joined = [part for label in labels for part in label.split("-")]
    return _steps(words, parts) or any(map(words.fullmatch, (*labels, *joined)))


def _steps(words: re.Pattern[str], parts: SplitResult) -> bool:
    steps = (_AROUND.sub("", step) for step in parts.path.replace("_", "-").split("/")[1 : STEPS + 1])
    return any(map(words.fullmatch, steps))


def of_no_page(status: int, headers: Mapping[str, str], body: bytes, *, shown: bool = False) -> Judgement:
    """What an answer of the site is that is no HTML page; header names are lower-case.

    Of a file that was to be `shown` the browser tells nothing but that it is one.
    """
    if header := in_headers(headers):
        return Judgement(Fate.BLOCKED, f"its header {header} says so")
    if not body.strip() and not shown:
        return Judgement(Fate.ODD_ANSWER, f"an empty body ({status})")
    if status != OK:
        return Judgement(Fate.ODD_ANSWER, f"no page, with status {status}")
    return Judgement(Fate.NOT_ARTICLE, "it is no HTML page")


def of_refusal(status: int, headers: Mapping[str, str], html: str) -> Judgement | None:
    """Which challenge an answer that is no success holds; None where it is a plain refusal or failure."""
    if found := _by_vendor(headers, html):
        return found
    vendor = own_words(html) or captcha(html)
    return Judgement(Fate.BLOCKED, f"a challenge of {vendor} ({status})") if vendor else None


def judged(
    page: ExtractedPage, draft: Draft, html: str, status: int, headers: Mapping[str, str], error: ErrorPage | None
) -> Judgement | None:
    """What this page of the site is in an article's place; None where nothing speaks against it.

    `error` is how the site's definition tells its error page.
    """
    if error is not None and error.stands_on(page.root):
        return Judgement(Fate.MISSING, "the site's own error page")
    length = _length(draft)
    if page.is_article and (declares(page, draft) or length >= ARTICLE):
        return None
    if not html.strip():
        return Judgement(Fate.ODD_ANSWER, f"an empty body ({status})")
    found, markup = None, machinery(page.root)
    says = _by_headline(page, draft) if page.is_article else None
    told = page.is_article and length >= PLENTY and says is None
    if not told and (found := _by_vendor(headers, markup)):
        return found
    if not page.is_article:
        found = _by_words(page.root, markup, bare=True)
    elif length < STORY and not draft.authors:
        found = _of_little(page, says)
    if found is not None:
        return found
    if status != OK and length < PLENTY:
        return Judgement(Fate.ODD_ANSWER, f"no article, with status {status}")
    return None


def declares(page: ExtractedPage, draft: Draft) -> bool:
    """Whether a page says of itself that it is an article, or when it was published."""
    return bool(page.linked or draft.published_at or page.metas.get("article:published_time"))


def _by_headline(page: ExtractedPage, draft: Draft) -> Judgement | None:
    """What the headline says that such a page is; one that says more is an article's, as of what a museum cannot find.

    Where it is the site's own name the page's title speaks.
    """
    headline = page.headline or ""
    names = {draft.publisher, page.metas.get("og:site_name", ""), *page.site.host.split(".")}
    titles, fate = [headline], said_by([headline], names)
    if fate is None and name_of(headline) in map(name_of, names):
        fate = said_by(titles := _titles(page.root))
    return Judgement(fate, f"its title is “{_short(titles)}”") if fate is not None else None


def _of_little(page: ExtractedPage, says: Judgement | None) -> Judgement | None:
    """What a page is that has a headline and hardly a story: what that `says`, or a vendor's own words."""
    text = _text(page.root)
    if vendor := own_words(text):
        return Judgement(Fate.BLOCKED, f"the words of {vendor}")
    if says is None or len(text) >= LITTLE or (says.fate is Fate.LOGIN and not _PASSWORD(page.root)):
        return None
    return says


def _by_vendor(headers: Mapping[str, str], markup: str) -> Judgement | None:
    """The vendor's own challenge; a captcha alone may stand in a form of any page."""
    if header := in_headers(headers):
        return Judgement(Fate.BLOCKED, f"its header {header} says so")
    if vendor := own_page(markup):
        return Judgement(Fate.BLOCKED, f"a challenge of {vendor}")
    return None


def of_source(root: HtmlElement, html: str, status: int, headers: Mapping[str, str], *, bare: bool) -> Judgement | None:
    """What came in the place of a source; None where nothing speaks against it.

    It named no article. One that is `bare` names nothing at all, and has no form and no script beside its lists either.
    """
    markup = machinery(root)
    found = _by_vendor(headers, markup) or _by_words(root, markup, bare=bare)
    if found is not None and found.fate is not Fate.ODD_ANSWER:  # a list may be empty
        return found
    if bare and (status != OK or not html.strip()):
        return Judgement(Fate.ODD_ANSWER, f"an empty body ({status})" if not html.strip() else f"no list ({status})")
    return None


def _by_words(root: HtmlElement, markup: str, *, bare: bool) -> Judgement | None:
    """What a page is that tells no story; a form and a script say so only of one that is `bare`."""
    text, titles, asks = _text(root), _titles(root), bool(_PASSWORD(root))
    if len(text) >= LITTLE:
        return None
    if vendor := own_words(text):
        return Judgement(Fate.BLOCKED, f"the words of {vendor}")
    fate = said_by(titles)
    if fate is not None and (fate is not Fate.LOGIN or asks or bare):
        return Judgement(fate, f"its title is “{_short(titles)}”")
    if not bare:
        return None
    if vendor := captcha(markup):
        return Judgement(Fate.BLOCKED, f"a captcha of {vendor} and no article")
    if asks:
        return Judgement(Fate.LOGIN, "it asks for a password")
    if len(text) < NOTHING and _SCRIPTS(root):
        return Judgement(Fate.BLOCKED, "scripts alone, without a word")
    if not text and not _SHOWS(root):
        return Judgement(Fate.ODD_ANSWER, "an empty page")
    return None


def _text(root: HtmlElement) -> str:
    """What a page says beside its links, its menus and its foot."""
    return " ".join(plain for text in UNLINKED(root) if (plain := " ".join(text.split())))


def _titles(root: HtmlElement) -> list[str]:
    return [inline_text(one) if one.tag != "title" else (one.text or "") for one in _TITLES(root)]


def _length(draft: Draft) -> int:
    return sum(len(getattr(block, "text", None) or "") for block in draft.body)


def _short(titles: list[str]) -> str:
    return " · ".join(" ".join(title.split())[:60] for title in titles if title.strip())
