"""Things other sites show inside an article: whose they are, and their own address."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import parse_qs, urlsplit

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
    "public.flourish.studio": "flourish",
}
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
    return None


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
    """The embed that only a script stands for, told by the script's own address."""
    sources = [source for script in scripts if (source := joined(base, script.get("src")))]
    return at(sources[0]) if sources else None


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
