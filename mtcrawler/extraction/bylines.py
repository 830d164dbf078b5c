"""Names that stand in a byline: people, without what stands around them, and agencies and newsrooms, which are none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from mtcrawler.markup.addresses import joined
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Author, Sponsor

AGENCIES = frozenset(
    name.strip()
    for name in """
    afp | agence france-presse | ap | associated press | the associated press | ansa | apa | belga | bloomberg |
    bne intellinews | bne | bbc | bbc news | bbc russian | cnn | current time | deutsche welle | dpa | dw | efe |
    interfax | irna | itar-tass | kommersant | kyodo | lenta | mediazona | meduza | novaya gazeta |
    novaya gazeta europe | prime | rbc | reuters | rferl | rfe/rl | radio free europe | ria | ria novosti |
    ritzau | tass | the bell | the conversation | the insider | unian | ukrinform | upi | vedomosti | vot tak |
    vtimes | wire reports | xinhua | istories | agentstvo | novosti | афп | ап | рейтер | рейтерс | интерфакс |
    тасс | риа новости | риа | коммерсантъ | ведомости | медуза | медиазона | рбк
    """.split("|")
)
NEWSROOM = re.compile(
    r"\b(staff|newsroom|editors?|editorial (board|team)|reporters?|редакция|корреспондент)\b", re.IGNORECASE
)

BY = re.compile(r"(?:by|par|por|door|tekst|text|текст|авторы?|autora?)\s*+(?::\s++|(?<=\s))(?=[^\W\d_])", re.IGNORECASE)
ROLE = re.compile(
    r"\b(editor|correspondent|reporter|columnist|journalist|chief|head|director|writer|analyst|critic|professor|"
    r"correspondant|rédact\w+|journaliste|redakt\w+|korrespondent\w*|corresponsal|redactor\w*|periodista|"
    r"редактор|корреспондент|обозреватель|журналист\w*)\b",
    re.IGNORECASE,
)


def people(named: Iterable[tuple[str, str | None]], publishers: frozenset[str], base: str) -> list[Author]:
    """The people among names and their pages' addresses, each once, in order."""
    found: dict[str, Author] = {}
    for text, address in named:
        name = _name(text)
        if is_person(name, publishers):
            found.setdefault(name, Author(name=name, url=joined(base, address)))
    return list(found.values())


def sponsor_in(labels: Iterable[HtmlElement], base: str) -> Sponsor | None:
    """Who paid, by the first label that names anybody; it is a link, holds one or stands in one."""
    for label in labels:
        links = [label, *label.iterdescendants("a"), *label.iterancestors("a")]
        if name := inline_text(label):
            address = next((link.get("href") for link in links if link.get("href")), None)
            return Sponsor(name=name, url=joined(base, address))
    return None


def _name(text: str) -> str:
    """A name without the word before it and the role after it."""
    text = BY.sub("", text, count=1) if BY.match(text) else text
    name, comma, role = text.partition(",")
    return name.strip() if comma and name.strip() and ROLE.search(role) else text.strip()


def is_person(name: str, publishers: frozenset[str]) -> bool:
    """Whether a byline names a person rather than agencies, a newsroom or one of these publishers (lower-cased)."""
    lowered = " ".join(name.lower().split())
    if NEWSROOM.search(lowered) or any(publisher in lowered for publisher in publishers):
        return False
    parts = [part.strip(" .«»\"'") for part in re.split(r"[/,|]", lowered)]
    return any(part and part not in AGENCIES for part in parts)
