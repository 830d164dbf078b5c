"""Recognises soft 404s by comparing pages with the site's answer to an address that cannot exist."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import timedelta
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree
from pydantic import AwareDatetime, ValidationError

from mtcrawler.answers.judgement import UNLINKED
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.text import inline_text
from mtcrawler.model import clock
from mtcrawler.model.article import Model
from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.storage.layout import error_page_key
from mtcrawler.storage.notes import keep, recall
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

logger = logging.getLogger(__name__)

NOWHERE: Final = "no-such-page-asks-mtcrawler"
"""What no address of a site has in it."""
TRUSTED: Final = timedelta(days=7)
"""How long a site that said 404 is taken to go on doing so."""
PATIENCE: Final = timedelta(days=3)
"""How long a site fails there before it is taken to do so for every address that it does not have."""
FAILURES: Final = 3
"""Runs in a row that it fails in this time, at least."""
TEXTS: Final = 500
"""Texts of an error page that are compared and remembered."""
ODDS: Final = 0.05
"""The share of a page's characters that may be none of the error page's."""
NUMBERED: Final = 100
"""Characters of texts with numbers that may differ as well: a date, a time, how many are reading."""
_DIGITS: Final = re.compile(r"\d+")
_TITLES: Final = etree.XPath("(//head/title)[1] | (//h1)[1]")


class ErrorPageNote(Model):
    """What a site answered an address that cannot exist: a status of failure (`refuses`), its home page, or this page.

    `titles` and `texts` are hashes, `texts` of what stands outside links and menus. `failing_since` is when the site
    first gave no answer at all, `failures` how many runs in a row got none. A note with `at` of that very moment holds
    nothing else.
    """

    at: AwareDatetime
    refuses: bool = False
    home: bool = False
    titles: list[str] = []
    texts: list[str] = []
    failing_since: AwareDatetime | None = None
    failures: int = 0

    @property
    def tells(self) -> bool:
        """Whether the site ever answered."""
        return self.at != self.failing_since


class ErrorPages:
    """Compares the pages of one crawl with the site's answer for what it has not; asks for that at most once.

    `away` says that the home page is answered alike; `asks_home` that it is asked for, to learn this.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._key = error_page_key(site.known_as, site.mirror)
        self._known: ErrorPageNote | None = None
        self._probe = ""
        self._answered = self._learned = self._failed = False
        self.away = self.asks_home = False

    def recall(self, store: ObjectStore) -> None:
        """Learn what an earlier run found; where its note cannot be fetched or read, the site is asked anew."""
        try:
            stored = recall(store, self._key)
        except StoreError as err:
            logger.warning("%s", err)
            return
        if stored is not None and (known := _read(stored.body)):
            self._known = known
        elif stored is not None:
            told, remedy = "it is no note on an error page, or one from the future", "It is made anew."
            leave_out(store, ObjectUnreadable(self._key, told, remedy, stored.etag))

    def keep(self, store: ObjectStore) -> None:
        """Remember for the next run; raises StoreError."""
        if (self._learned or self._failed) and self._known is not None:
            keep(store, self._key, partial(_newer, self._known))

    def shows(self, page: ExtractedPage) -> bool | None:
        """Whether this page says that there is none; None as long as the site has to be asked how it says so."""
        known = self._known
        if known is not None and self._same(page, known):
            return True
        if self._answered:
            return False
        if known is not None and known.refuses and clock.now() - known.at < TRUSTED:
            return False
        return None

    def probe(self, address: str) -> str | None:
        """An address beside this one that cannot exist, to be asked for; None where one was asked for already."""
        if self._probe:
            return None
        parts = urlsplit(address)
        if parts.query:
            query = urlencode([(name, NOWHERE) for name, _ in parse_qsl(parts.query, keep_blank_values=True)])
            self._probe = urlunsplit(parts._replace(query=query))
        else:
            folder, _, last = parts.path.rstrip("/").rpartition("/")
            dot, ending = last.rpartition(".")[1:]
            self._probe = urlunsplit(parts._replace(path=f"{folder}/{NOWHERE}{dot + ending if dot else ''}"))
        return self._probe

    def learn(self, page: ExtractedPage | None) -> None:
        """The site's answer; None where it was no success, or no page."""
        self._answered = self._learned = True
        if page is None:
            self._known = ErrorPageNote(at=clock.now(), refuses=True)
        else:
            titles, texts = _titles(page), _texts(page)
            self._known = ErrorPageNote(
                at=clock.now(),
                home=self.leads_home(self._probe, page.url),
                titles=sorted(titles),
                texts=sorted(map(_hash, texts)),
            )

    def home(self) -> str | None:
        """The home page's address, to compare what was learned with; None where there is nothing to compare."""
        self.asks_home = self._known is not None and not (self._known.refuses or self._known.home)
        return "/" if self.asks_home else None

    def compare_home(self, page: ExtractedPage) -> None:
        """A site whose home page is the same as its error page is away, whatever is asked for."""
        texts = _texts(page)
        if self._known is not None and _titles(page) == set(self._known.titles) and texts:
            self.away = {_hash(text) for text in texts} <= set(self._known.texts)
            self._learned = self._learned and not self.away

    def failed(self) -> None:
        """The site gave no answer; it is not asked again in this run."""
        self._answered = self._failed = True
        if self.asks_home:  # an error page that may be the answer to everything teaches later runs nothing
            self._learned = self._failed = False
            self.away = True
            return
        now = clock.now()
        known = self._known or ErrorPageNote(at=now)
        self._known = known.model_copy(
            update={"failing_since": known.failing_since or now, "failures": known.failures + 1}
        )

    def not_asked(self) -> None:
        """The run was stopped before the site was asked: an error page that was not compared with the home page
        teaches later runs nothing.
        """
        self._learned = self._learned and not self.asks_home

    @property
    def unknown(self) -> bool:
        """Whether nothing tells the site's pages from its error page: it was asked, and failed.

        A site that goes on failing for addresses it does not have says so in this way.
        """
        if not self._failed or self._known is None:
            return False
        now, since = clock.now(), self._known.failing_since
        if self._known.tells and now - self._known.at < TRUSTED:
            return False
        return since is None or now - since < PATIENCE or self._known.failures < FAILURES

    def is_home(self, url: str) -> bool:
        """Whether this is the address of the site's home page; `/?p=12` may be an article's."""
        return not self._has_path(url) and not urlsplit(self._site.canonical(url)).query

    def leads_home(self, asked: str, url: str) -> bool:
        """Whether an answer for `asked` is the home page's by its address, with whatever query: `/?error=404`."""
        return self.is_home(url) or (self._has_path(asked) and not self._has_path(url))

    def _has_path(self, url: str) -> bool:
        return bool(urlsplit(self._site.canonical(url)).path.strip("/"))

    def _same(self, page: ExtractedPage, known: ErrorPageNote) -> bool:
        if known.refuses or not known.tells:
            return False
        if self.is_home(page.url):
            return known.home
        if known.home and self._has_path(page.url):
            return False
        if _titles(page) != set(known.titles):
            return False
        texts, there = _texts(page), set(known.texts)
        other = [text for text in texts if _hash(text) not in there]
        numbered = sum(len(text) for text in other if _DIGITS.search(text))
        worded = sum(map(len, other)) - numbered
        return bool(texts) and numbered <= NUMBERED and worded <= ODDS * sum(map(len, texts))


def _read(body: bytes) -> ErrorPageNote | None:
    """A note; None where it is none, or one of the future, which no later one would ever replace."""
    try:
        note = ErrorPageNote.model_validate_json(body)
    except ValidationError:
        return None
    return None if clock.to_come(note.at) or (note.failing_since and clock.to_come(note.failing_since)) else note


def _newer(learned: ErrorPageNote, body: bytes | None) -> bytes:
    """What is kept where a run learned this: the same, unless another crawler asked later."""
    kept = _read(body) if body else None
    newest = kept if kept is not None and kept.at > learned.at else learned
    return newest.model_dump_json().encode() + b"\n"


def _titles(page: ExtractedPage) -> set[str]:
    found = _TITLES(page.root)
    return {_hash(_plain(one.text or "" if one.tag == "title" else inline_text(one), page.url)) for one in found}


def _texts(page: ExtractedPage) -> list[str]:
    """What the page says outside its links, with 0 for every number and without its own address."""
    plain = dict.fromkeys(_DIGITS.sub("0", _plain(text, page.url)) for text in UNLINKED(page.root))
    return [text for text in plain if text][:TEXTS]


def _plain(text: str, url: str) -> str:
    parts = urlsplit(url)
    for said in (url, parts.path, parts.path.rstrip("/").rpartition("/")[2]):
        if len(said) > 1:
            text = text.replace(said, "")
    return " ".join(text.split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
