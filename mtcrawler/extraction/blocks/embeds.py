"""Things other sites show inside an article: whose they are, and their own address."""

from __future__ import annotations

import re
from itertools import chain, islice
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.html import HtmlElement

from mtcrawler.markup.addresses import joined
from mtcrawler.model.article import Embed

PROVIDERS = {
    "twitter.com": "twitter",
    "x.com": "twitter",
    "platform.twitter.com": "twitter",
    "youtube.com": "youtube",
    "youtube-nocookie.com": "youtube",
    "youtu.be": "youtube",
    "t.me": "telegram",
    "telegram.org": "telegram",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "player.vimeo.com": "vimeo",
    "vimeo.com": "vimeo",
    "vk.com": "vk",
    "vk.ru": "vk",
    "vkvideo.ru": "vk",
    "soundcloud.com": "soundcloud",
    "w.soundcloud.com": "soundcloud",
    "datawrapper.dwcdn.net": "datawrapper",
    "tiktok.com": "tiktok",
    "open.spotify.com": "spotify",
    "flo.uri.sh": "flourish",
    "infogram.com": "infogram",
    "e.infogram.com": "infogram",
    "public.tableau.com": "tableau",
    "documentcloud.org": "documentcloud",
    "embed.documentcloud.org": "documentcloud",
    "public.flourish.studio": "flourish",
}
WIDGETS = {
    "infogram-embed": ("infogram", "data-id", "https://infogram.com/{}"),
    "flourish-embed": ("flourish", "data-src", "https://public.flourish.studio/{}"),
    "fb-post": ("facebook", "data-href", "{}"),
    "fb-video": ("facebook", "data-href", "{}"),
}
"""Elements that a script fills: by their class whose they are, the attribute that names the document, its address."""
TABLEAU = frozenset({"tableauPlaceholder", "tableauViz"})
DOCUMENTS = re.compile(r"(?:https?:)?//(?:[a-z]+\.)?documentcloud\.org/documents/([\w%-]+)", re.IGNORECASE)
CHARTS = re.compile(r"(?:https?:)?//datawrapper\.dwcdn\.net/(\w+)/", re.IGNORECASE)
PARAMETERS = 60  # elements in which a dashboard names its sheet
CODE = 20_000  # characters of a script in which the document that it loads is looked for
QUOTED = {
    "twitter-tweet": "twitter",
    "twitter-video": "twitter",
    "instagram-media": "instagram",
    "tiktok-embed": "tiktok",
}
NEAR = 20  # elements in which a player names its first source
BARE_TWEET = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+/status/\d\S*", re.IGNORECASE)
YOUTUBE_ID = re.compile(r"^/(?:embed|v|vi|shorts|live)/([\w-]{6,})")


def embed(element: HtmlElement, base: str) -> Embed | None:
    """The embed this element stands for, or None where it stands for none (a loader script, a plain quote)."""
    match element.tag:
        case "blockquote":
            return _quoted(element, base)
        case "iframe" | "embed" | "video" | "audio" | "object" | "amp-iframe" | "source":
            source = element.get("src") or element.get("data-src") or element.get("data")
            if source is None:
                near = islice(element.iterdescendants("*"), NEAR)
                source = next((inner.get("src") for inner in near if inner.tag == "source"), None)
            address = joined(base, source)
            return at(address) if address and address != "about:blank" else None
        case "script":
            if post := element.get("data-telegram-post"):
                return Embed(provider="telegram", url=f"https://t.me/{post.strip()}")
            return _document_of(element)
    return _widget(element, base) if element.get("class") else None


def at(address: str) -> Embed:
    """The embed at this absolute address, named by its provider."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    provider = PROVIDERS.get(host, host)
    if provider == "youtube" and (video := youtube_id(address)):
        return Embed(provider=provider, url=f"https://www.youtube.com/watch?v={video}")
    if provider == "twitter" and "/status/" in parts.path:
        return Embed(provider=provider, url=_without_query(address))
    return Embed(provider=provider, url=address)


def youtube_id(address: str) -> str | None:
    """The video's id in any of YouTube's address forms."""
    parts = urlsplit(address)
    if (parts.hostname or "").endswith("youtu.be"):
        return parts.path.strip("/") or None
    if found := YOUTUBE_ID.match(parts.path):
        return found[1]
    return next(iter(parse_qs(parts.query).get("v", [])), None)


def script_embed(scripts: list[HtmlElement], base: str) -> Embed | None:
    """The embed that only a script stands for: the document that it loads, else the script's own address."""
    documents = (found for script in scripts if (found := _document_of(script)))
    sources = (at(source) for script in scripts if (source := joined(base, script.get("src"))))
    return next(chain(documents, sources), None)


def linked_picture(element: HtmlElement, base: str) -> Embed | None:
    """What a picture links to that stands for a document elsewhere, in a place for embeds."""
    for link in islice(element.iter("a"), NEAR):
        address = joined(base, link.get("href"))
        if address and next(link.iter("img"), None) is not None:
            return at(address)
    return None


def _document_of(script: HtmlElement) -> Embed | None:
    """The document that a script shows beside itself, by its address or in its code."""
    source = script.get("src") or ""
    if chart := CHARTS.match(source):
        return Embed(provider="datawrapper", url=f"https://datawrapper.dwcdn.net/{chart[1]}/")
    if document := DOCUMENTS.search(source) or DOCUMENTS.search((script.text or "")[:CODE]):
        return Embed(provider="documentcloud", url=f"https://www.documentcloud.org/documents/{document[1]}")
    return None


def _widget(element: HtmlElement, base: str) -> Embed | None:
    """The embed of an element that a script fills."""
    for name in element.get("class").split():
        if name in TABLEAU:
            return _tableau(element)
        if name in WIDGETS:
            provider, attribute, form = WIDGETS[name]
            stated = (element.get(attribute) or "").strip().strip("/")
            url = joined(base, form.format(_without_query(stated))) if stated else None
            return Embed(provider=provider, url=url) if url else None
    return None


def _tableau(element: HtmlElement) -> Embed | None:
    """A dashboard of Tableau, which names its sheet among the parameters of its object."""
    near = islice(element.iter("*"), PARAMETERS)
    named = (inner.get("value") for inner in near if inner.tag == "param" and inner.get("name") == "name")
    sheet = next((value for value in named if value), None)
    return Embed(provider="tableau", url=f"https://public.tableau.com/views/{unquote(sheet)}") if sheet else None


def poster(element: HtmlElement) -> str | None:
    """Where a quoted post comes from, by the class that the network gives it; None for any other quote."""
    return next((QUOTED[name] for name in (element.get("class") or "").split() if name in QUOTED), None)


def _quoted(element: HtmlElement, base: str) -> Embed | None:
    provider = poster(element)
    if provider is None:
        return None
    declared = element.get("data-instgrm-permalink") or element.get("cite")
    links = [link.get("href") for link in element.iter("a") if link.get("href")]
    address = declared or next((link for link in reversed(links) if "/status/" in link), links[-1] if links else None)
    url = joined(base, address)
    return Embed(provider=provider, url=_without_query(url) if url else None)


def _without_query(address: str) -> str:
    return address.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
