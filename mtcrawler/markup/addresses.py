"""Where a newspaper lives: its hosts, a mirror of it, and one canonical form per address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from courlan.clean import TRACKERS_RE

from mtcrawler.model.limits import ADDRESS_CHARS, LONGEST_BASE

# Beside courlan's list, which is maintained: what it does not know, and what it takes for tracking though some sites
# tell their articles apart by it.
TRACKING = frozenset("_ga _gl dclid gad_source gclsrc s_cid srsltid".split())
TELLING = frozenset("cid clid eid session source uid".split())
# Another form of the same page for a phone's cache.
AMP_PARAMETERS = frozenset("amp outputtype".split())
EMPTY = "/;"  # at the end of a path; joining drops an empty parameter, too
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Site:
    """A publisher's site: its origin, every host that serves it, and, for a run, another origin that serves the same.

    `origin` and `mirror` are scheme and authority without a closing slash. Where `query_matters` is false a query
    string never changes the page.
    """

    origin: str
    hosts: frozenset[str]
    mirror: str | None = None
    query_matters: bool = True

    @property
    def host(self) -> str:
        """The host that names the site in the bucket."""
        return urlsplit(self.origin).hostname or ""

    def owns(self, url: str) -> bool:
        """Whether the address is on one of the publisher's hosts or on the mirror; a malformed one is nobody's."""
        try:
            return urlsplit(url).hostname in self.hosts or self._mirrored(url)
        except ValueError:
            return False

    def fetchable(self, url: str) -> str:
        """The address to ask for this page in this run: on the mirror where there is one."""
        url = urljoin(self.origin + "/", url)
        if self.mirror and urlsplit(url).hostname in self.hosts:
            return _moved(url, self.mirror)
        return url

    def canonical(self, url: str) -> str:
        """The one form of an own address: the publisher's origin, no fragment, no tracking, no AMP, no closing slash.

        Idempotent. An address of another site keeps its host; one that is too long for any server stays as it is.
        """
        url = url.strip()
        if len(url) > ADDRESS_CHARS:
            return url
        try:
            parts = urlsplit(urljoin(self.origin + "/", url))
            port = parts.port
        except ValueError:
            return url
        if not parts.hostname:
            return url
        query = (
            ""
            if not self.query_matters
            else urlencode(sorted(pair for pair in parse_qsl(parts.query) if not _tracks(pair[0])))
        )
        path = _without_amp(quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._").rstrip(EMPTY)) or "/"
        if self.owns(url):
            home = urlsplit(self.origin)
            return urlunsplit((home.scheme, home.netloc, path, query, ""))
        host = (parts.hostname or "") + (f":{port}" if port not in {None, DEFAULT_PORTS.get(parts.scheme)} else "")
        return urlunsplit((parts.scheme.lower(), host, path, query, ""))

    def _mirrored(self, url: str) -> bool:
        return self.mirror is not None and origin_of(url) == self.mirror


def joined(base: str, address: str | None) -> str | None:
    """The address against its base, or None where there is none or it is malformed."""
    try:
        found = urljoin(base, (address or "").strip())
        _ = urlsplit(found).port
    except ValueError:
        return None
    return found if address and address.strip() else None


def short_base(url: str) -> str:
    """What to resolve a document's addresses against: its own, or its site's where that is long.

    A long one would be repeated in every relative address of the document.
    """
    return url if len(url) <= LONGEST_BASE else f"{origin_of(url)}/"


def origin_of(url: str) -> str:
    """Scheme, host and port in lower case, without the scheme's own port; raises ValueError for a malformed address."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = "" if parts.port in {None, DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"
    return f"{parts.scheme.lower()}://{host}{port}"


def _tracks(name: str) -> bool:
    small = name.lower()
    if small in TELLING:
        return False
    return small in TRACKING | AMP_PARAMETERS or small.startswith("utm") or bool(TRACKERS_RE.search(small))


def _without_amp(path: str) -> str:
    """The path of the page that an AMP path is another form of: /story/amp is /story, but /amp is itself."""
    while path.endswith("/amp") and path.count("/") > 1:
        path = path.removesuffix("/amp").rstrip(EMPTY)
    return path


def _moved(url: str, origin: str) -> str:
    return urlunsplit((*urlsplit(origin)[:2], *urlsplit(url)[2:]))
