"""A page made harmless: it can be looked at, and runs nothing, asks for nothing and leads nowhere.

Two locks, each enough by itself: of elements and attributes only those are kept that are known to do nothing, and a
content security policy forbids the rest. Pages are hostile; this is not for showing them as pretty as they were.

No script of the page closes what stands over it here. Where it is no wall it can be hidden, with a box in the bar that
shows it again.
"""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import Final

import lxml.html
from lxml.html import HtmlElement

from mtcrawler.markup.document import parsed

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-src 'none'; script-src 'none'"
)
"""The content security policy of such a page, in itself and, where it is served, in its answer."""

_DROPPED: Final = frozenset(
    "applet audio base embed fencedframe form frame frameset iframe link math meta noembed noframes noscript object "
    "param plaintext portal script source style svg template title track video xmp".split()
)
"""Elements that load, run, lead on, or are read in another way by a browser than by us; with all that is in them."""
_OPENED: Final = frozenset({"embed", "form", "param", "source", "track"})
"""Of those, the ones of which what is in them stays: a form, and what ends where it begins, which holds the rest of the
page as libxml2 reads it.
"""
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,60}")
_KEPT: Final = frozenset(
    "abbr align alt class colspan datetime dir headers height hidden id lang open role rowspan scope span start style "
    "title valign value width".split()
)
"""Attributes that do nothing but describe."""
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=]++")
LARGEST: Final = 2_000_000
"""Characters of a picture in the markup."""
_LOADS: Final = re.compile(
    r"@import|url\(|image-set\(|image\(|src\(|expression\(|-moz-binding|behavior|\\", re.IGNORECASE
)
"""What of a style sheet may load something, or hides it from this pattern."""
_FIXED: Final = re.compile(r"position\s*+:\s*+fixed", re.IGNORECASE)
_STICKY: Final = re.compile(r"position\s*+:\s*+(?:-webkit-)?sticky", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"position\s*+:\s*+absolute", re.IGNORECASE)
_HIGH: Final = re.compile(r"z-index\s*+:\s*+\d{4}", re.IGNORECASE)
"""An order that overlays have, and what merely stands above its neighbours does not."""
_HIGHEST: Final = re.compile(r"z-index\s*+:\s*+\d{10,}", re.IGNORECASE)
_BLOCK: Final = re.compile(r"\{[^{}]*+\}")
_OVER: Final = "clip-path:var(--mtcrawler-over)"
"""Hides an element with all that is in it while the variable is set; where it is not, it says nothing."""
_HEAD: Final = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
</head>
<body>
<div style="{bar}">Kept copy of {url}, fetched {at}. Nothing of it runs or is loaded: no scripts, no frames, \
no pictures from the net. {choice}</div>
"""
_CHOICE: Final = """<label style="{label}"><input type="checkbox" id="mtcrawler-shown" style="{box}"> Show what stood \
over the page (fixed layers, consent, newsletters)</label>"""
_BAR: Final = (
    "all: initial; display: block; position: sticky; top: 0; z-index: 2147483647; padding: 8px 12px; "
    "font: 14px sans-serif; color: #000; background: #ffd; border-bottom: 1px solid #aa7; overflow-wrap: anywhere"
)
_LABEL: Final = "all: initial; font: 14px sans-serif; color: #000; cursor: pointer"
_BOX: Final = "all: revert; cursor: pointer"
_LAST: Final = """
:root:has(> body > div:first-child #mtcrawler-shown:not(:checked)) {
  --mtcrawler-over: inset(100%); --mtcrawler-sticky: static }
dialog[open] { clip-path: var(--mtcrawler-over) }
:root:root:root:root, :root:root:root:root > body { overflow: visible !important; height: auto !important;
  position: static !important; clip-path: none !important; visibility: visible !important; opacity: 1 !important }
"""
"""What hides overlays, and takes away the locks that keep a page under them from being scrolled."""


def offline(html: str, url: str, at: datetime | None = None, *, cleared: bool = False) -> str:
    """The page with this markup as a document of its own that asks for nothing; raises PageTooLarge.

    With `cleared` what stands over it is hidden until it is asked for: never for a page with a wall, which stays shut.
    """
    root = parsed(html, url)
    title = " ".join((root.findtext(".//title") or "").split()) or url
    styles = [_harmless(one.text or "", cleared=cleared) for one in root.iter("style")]
    if cleared:
        styles.append(_LAST)
    body = root.find("body")
    for element in list((root if body is None else body).iter()):
        _clean(element, cleared=cleared)
    head = _HEAD.format(
        policy=escape(POLICY, quote=True),
        title=escape(title),
        url=escape(url),
        at=f"{at:%Y-%m-%d %H:%M} UTC" if at else "at an unknown time",
        bar=_firm(_BAR),
        choice=_CHOICE.format(label=_firm(_LABEL), box=_firm(_BOX)) if cleared else "",
    )
    shown = "" if body is None else _inside(body)
    sheets = "\n".join(f"<style>\n{style}\n</style>" for style in styles)
    return f"{head}{sheets}\n{shown}\n</body>\n</html>\n"


def _clean(element: HtmlElement, *, cleared: bool) -> None:
    """Take an element out, or leave it with what does nothing."""
    if not isinstance(element.tag, str) or element.tag in _DROPPED or not _NAME.fullmatch(element.tag):
        if element.getparent() is not None:
            element.drop_tag() if element.tag in _OPENED else element.drop_tree()
        return
    kept = {name: value for name, value in element.attrib.items() if name in _KEPT}
    source, target = element.get("src", ""), element.get("href", "")
    if element.tag == "img" and len(source) <= LARGEST and _PICTURE.fullmatch(source):
        kept["src"] = source
    if element.tag == "a" and target.startswith("#"):
        kept["href"] = target
    elif element.tag == "a" and target:
        kept.setdefault("title", target)
    if "style" in kept:
        kept["style"] = _harmless(kept["style"], cleared=cleared)
    element.attrib.clear()
    element.attrib.update(kept)


def _inside(body: HtmlElement) -> str:
    """The markup in the body."""
    text: str = lxml.html.tostring(body, encoding="unicode", method="html", with_tail=False)
    return text


def _harmless(style: str, *, cleared: bool) -> str:
    """A style sheet, or an attribute, without what may load something; so that what it places over the page can be
    hidden, where that is wanted.
    """
    plain = _LOADS.sub("x-left-out", style).replace("<", "‹")
    if not cleared:
        return plain
    plain = _BLOCK.sub(lambda found: f"{{{_over(found[0][1:])}", plain) if "{" in plain else _over(plain)
    plain = _HIGHEST.sub("z-index:2147483646", plain)  # the bar stands above it
    return _STICKY.sub("position:var(--mtcrawler-sticky,sticky)", plain)


def _over(declarations: str) -> str:
    """These, and that they are hidden with what stands over the page, where they place an element over it."""
    over = _FIXED.search(declarations) or (_ABSOLUTE.search(declarations) and _HIGH.search(declarations))
    return f"{_OVER};{declarations}" if over else declarations


def _firm(declarations: str) -> str:
    """These, and no style sheet of the page changes anything about them."""
    return "; ".join(f"{one} !important" for one in declarations.split("; "))
