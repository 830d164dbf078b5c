"""Where a newspaper lives: its hosts, a mirror of it, one canonical form per address, and what is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus, urljoin, urlsplit, urlunsplit

import idna

from mtcrawler.model.limits import ADDRESS_CHARS, LONGEST_BASE

# Beside courlan's list, which is maintained: what it does not know, and what it takes for tracking though some sites
# tell their articles apart by it.
TRACKING = frozenset("_ga _gl dclid gad_source gclsrc s_cid srsltid".split())
TELLING = frozenset("cid clid eid session source uid".split())
# Another form of the same page for a phone's cache.
AMP_PARAMETERS = frozenset("amp outputtype".split())
EMPTY = "/;"  # at the end of a path; joining drops an empty parameter, too
DEFAULT_PORTS = {"http": 80, "https": 443}
SAFE: Final = "/:@!$&'()*+,;=~-._"
OTHER_BYTES: Final = "surrogateescape"  # what is no UTF-8 stays as it is: %E8 and %E9 are two letters of Latin-1
SLASH: Final = re.compile("%2f", re.IGNORECASE)  # a slash that divides nothing
ORIGIN: Final = re.compile(r"https?://[^/?#\\]*", re.IGNORECASE)
AUTHORITY: Final = re.compile(r"https?://[^/?#]{1,300}(?=[/?#]|\Z)", re.IGNORECASE)
KEPT: Final = 512
"""Addresses whose reading is remembered: a page and its lists ask for the same ones again and again."""
USUAL: Final = 300
"""Characters of an address that is remembered."""
IGNORED: Final = str.maketrans("", "", "\t\r\n")  # as browsers do
UNSENT: Final = re.compile(r'[^\x21-\x7e]+|["<>`{}]')
WIDE: Final = re.compile(rb"[\x80-\xff]+")
AMP_PATH: Final = re.compile(r"(?<=.)/amp(/?)$")


@dataclass(frozen=True)
class Site:
    """A publisher's site: its origin, every host that serves it, and, for a run, another origin that serves the same.

    `origin` and `mirror` are scheme and authority without a closing slash. Where `query_matters` is false a query
    string never changes the page. `also` are further names of it that a copy on a private address gives itself.
    """

    origin: str
    hosts: frozenset[str]
    mirror: str | None = None
    query_matters: bool = True
    also: set[str] = field(default_factory=set, compare=False)

    @property
    def host(self) -> str:
        """The host that names the site in the bucket."""
        return urlsplit(self.origin).hostname or ""

    @property
    def known_as(self) -> str:
        """The name of what a crawl learns of the site: its host, and its port where that is unusual.

        At another port of a host there is another site.
        """
        port = self.origin.rpartition(":")[2]
        usual = str(DEFAULT_PORTS.get(urlsplit(self.origin).scheme))
        return f"{self.host}-{port}" if port.isdecimal() and port != usual else self.host

    def owns(self, url: str) -> bool:
        """Whether the address is on one of the publisher's hosts or on the mirror; a malformed one is nobody's."""
        try:
            host = _host_of(url)
            return host in self.hosts or host in self.also or self._mirrored(url)
        except ValueError:
            return False

    def fetchable(self, url: str) -> str:
        """The address to ask for in this run: on the mirror where there is one; else as it stands, to the byte."""
        url = _absolute(self.origin + "/", url)
        if self.mirror and self.owns(url):
            url = _moved(url, self.mirror)
        return UNSENT.sub(_quoted, url.partition("#")[0])

    def page(self, url: str) -> str:
        """The address to ask for a page of ours in this run: as it was named, to the byte, at the site's own origin.

        What only tracks readers is left out, and so is what asks for the form for a phone's cache.
        """
        url = _absolute(self.origin + "/", url)
        if not self.owns(url):
            return self.fetchable(url)
        path, mark, query = after_origin(url).partition("#")[0].partition("?")
        while (plain := AMP_PATH.sub(r"\1", path)) != path:
            path = plain
        named = query.split("&") if self.query_matters else []
        kept = [part for part in named if not _tracks(unquote_plus(part.partition("=")[0]))]
        query = mark + "&".join(kept) if kept else ""
        return UNSENT.sub(_quoted, (self.mirror or self.origin) + path + query)

    def canonical(self, url: str) -> str:
        """The one form of an own address: the publisher's origin, no fragment, no tracking, no AMP, no closing slash.

        Idempotent. An address of another site keeps its host; one that is too long for any server stays as it is.
        It identifies an article; `page` says what is asked for.
        """
        url = url.strip()
        if not url.isascii():
            url = url.encode("utf-8", "replace").decode()  # half a letter is none
        if len(url) > ADDRESS_CHARS:
            return url
        spellings = _spellings if len(url) <= USUAL else _spellings.__wrapped__
        own, other = spellings(self.origin, url, self.query_matters)
        return own if self.owns(url) else other

    def _mirrored(self, url: str) -> bool:
        return self.mirror is not None and origin_of(url) == self.mirror


def joined(base: str, address: str | None) -> str | None:
    """The address against its base, or None where there is none or it is malformed."""
    try:
        found = _absolute(base, (address or "").strip())
        _ = urlsplit(found).port
    except ValueError:
        return None
    return found if address and address.strip() else None


def joined_page(base: str, address: str | None) -> str | None:
    """As `joined`, or None where it is no page's: what has no host, and what no browser shows, such as `mailto:`."""
    found = joined(base, address)
    return found if found and AUTHORITY.match(found) else None


def in_header(value: bytes | None) -> str:
    """The address in a header: a letter that ASCII does not have is its bytes, whatever encoding they are in."""
    return WIDE.sub(lambda found: quote(found[0]).encode(), value or b"").decode()


def short_base(url: str) -> str:
    """What to resolve a document's addresses against: its own, or its site's where that is long.

    A long one would be repeated in every relative address of the document.
    """
    return url if len(url) <= LONGEST_BASE else f"{origin_of(url)}/"


def after_origin(url: str) -> str:
    """Path, query and fragment, to the byte."""
    rest = url[found.end() :] if (found := ORIGIN.match(url)) else urlunsplit(("", "", *urlsplit(url)[2:]))
    return rest if rest.startswith("/") else f"/{rest}"


def _by_origin(read: Callable[[str], str]) -> Callable[[str], str]:
    """What depends on scheme, host and port alone is read once for each of them."""
    kept = lru_cache(KEPT)(read)

    @wraps(read)
    def found(url: str) -> str:
        start = AUTHORITY.match(url)
        return kept(start[0]) if start else read(url)

    return found


@_by_origin
def origin_of(url: str) -> str:
    """Scheme, host and port in lower case, without the scheme's own port; raises ValueError for a malformed address."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else ascii_host(parts.hostname or "")
    port = "" if parts.port in {None, DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"
    return f"{parts.scheme.lower()}://{host}{port}"


@_by_origin
def _host_of(url: str) -> str:
    return ascii_host(urlsplit(url).hostname or "")


@lru_cache(KEPT)
def _spellings(origin: str, url: str, query_matters: bool) -> tuple[str, str]:
    """The one form of an address, where it is on a host of the site with this origin and where it is not."""
    try:
        parts = urlsplit(urljoin(origin + "/", url))
        port = parts.port
    except ValueError:
        return url, url
    if not parts.hostname:
        return url, url
    query = _same_query(parts.query) if query_matters and parts.query else ""
    path = _without_amp(_same_path(parts.path).rstrip(EMPTY)) or "/"
    home = urlsplit(origin)
    host = parts.hostname + (f":{port}" if port not in {None, DEFAULT_PORTS.get(parts.scheme)} else "")
    own = urlunsplit((home.scheme, home.netloc, path, query, ""))
    return own, urlunsplit((parts.scheme.lower(), host, path, query, ""))


def ascii_host(host: str) -> str:
    """A host as it is asked for: bücher.example is xn--bcher-kva.example, and a dot at the end says nothing.

    Raises ValueError where it is no name that DNS could know.
    """
    host = host.removesuffix(".")
    return host if host.isascii() else idna.encode(host, uts46=True).decode()


def _absolute(base: str, address: str) -> str:
    """The address against its base. What is absolute stays as it is: joining would drop an empty query string."""
    if ORIGIN.match(address):
        return address.translate(IGNORED)
    found = urljoin(base, address)
    bare = address.partition("#")[0]
    return f"{found.partition('#')[0]}?" if bare.endswith("?") and "?" not in found else found


def _quoted(unsent: re.Match[str]) -> str:
    """As HTTP can carry it."""
    return quote(unsent[0], safe="", errors="replace")


def _same_path(path: str) -> str:
    """The path in one spelling: each letter as it is, or quoted in capitals. A quoted slash divides nothing."""
    if "%" not in path:
        return quote(path, safe=SAFE)
    return "%2F".join(quote(unquote(part, errors=OTHER_BYTES), SAFE, errors=OTHER_BYTES) for part in SLASH.split(path))


def _same_query(query: str) -> str:
    """The query in one spelling and order, without what tracks. `?1423`, `?1423=` are one; both are more than none."""
    pairs = parse_qsl(query, keep_blank_values=True, errors=OTHER_BYTES)
    kept = sorted(pair for pair in pairs if any(pair) and not _tracks(pair[0]))
    return "&".join(_plus(name) + (f"={_plus(value)}" if value else "") for name, value in kept)


def _plus(text: str) -> str:
    return quote_plus(text, errors=OTHER_BYTES)


def _tracks(name: str) -> bool:
    small = name.lower()
    if small in TELLING:
        return False
    return small in TRACKING | AMP_PARAMETERS or small.startswith("utm") or bool(_trackers().search(small))


@cache
def _trackers() -> re.Pattern[str]:
    """What courlan takes for tracking; most addresses have no query, and courlan brings much along."""
    from courlan.clean import TRACKERS_RE  # noqa: PLC0415 - as above

    return TRACKERS_RE


def _without_amp(path: str) -> str:
    """The path of the page that an AMP path is another form of: /story/amp is /story, but /amp is itself."""
    while path.endswith("/amp") and path.count("/") > 1:
        path = path.removesuffix("/amp").rstrip(EMPTY)
    return path


def _moved(url: str, origin: str) -> str:
    return origin + after_origin(url)


_MARKER: Final = re.compile(
    r"(?<=//)((?:[^/.?]+\.)?)amp\.|/(?:amp|print)(?=[/?]|$)|[._-](?:amp|print)(?=(?:\.html?)?(?:\?|$))"
    r"|(?<=[?&])(?:(?:amp|print)(?:=[^&]*)?|[^=&?]*=(?:amp|print))(?:&|$)",
    re.IGNORECASE,
)
_SPELLING: Final = re.compile(r"^https?://(?:www\.|m\.)?|\.html?(?=\?|$)|/(?=\?|$)|(?<![?&])[?&]++$", re.IGNORECASE)


def is_other_form(address: str, of: str) -> bool:
    """Whether an address is that of an AMP or a print page of the other one: the same but for what says so.

    The word alone says nothing: `/guitar-amp` and `/the-end-of-print` are articles of their own.
    """
    markers = list(_MARKER.finditer(address))
    if not markers:
        return False
    page = _SPELLING.sub("", of)
    plain = (address[: one.start()] + (one[1] or "") + address[one.end() :] for one in markers)
    return any(_SPELLING.sub("", one) == page for one in (*plain, _MARKER.sub(r"\1", address)))
