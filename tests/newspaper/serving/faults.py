"""Bad days: how a newspaper may fail, each way a choice of the test that starts it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from xml.etree import ElementTree

ROBOTS = "/robots.txt"


@dataclass(frozen=True)
class Faults:
    """What goes wrong.

    `latency` is milliseconds before every answer, `error_rate` the share of answers (0 to 1) that are a 500, drawn
    from `fault_seed` for each address and each time it is asked for. With `forbid` everything but robots.txt is a 403;
    `empty` lists name no story; `malformed` cuts sitemaps, feeds and each article's structured data short; with
    `unlisted` the sections' lists name no story. Stories of before the day `scripted` come with their text in a script,
    which puts it where it belongs.
    """

    latency: float = 0
    error_rate: float = 0
    fault_seed: int = 7
    forbid: bool = False
    empty: bool = False
    malformed: bool = False
    scripted: date | None = None
    unlisted: bool = False


@dataclass(frozen=True)
class Answer:
    """What the newspaper answers a request with."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=UTF-8"
    location: str | None = None
    max_age: int | None = None

    @classmethod
    def page(cls, text: str, *, status: int = 200) -> Answer:
        """A page of markup."""
        return cls(text.encode(), status, max_age=300 if status == 200 else None)

    @classmethod
    def xml(cls, text: str | bytes) -> Answer:
        """A feed or a sitemap."""
        return cls(text if isinstance(text, bytes) else text.encode(), content_type="text/xml; charset=UTF-8")

    @classmethod
    def moved(cls, location: str) -> Answer:
        """A redirect to a path on the same origin or to a whole address."""
        return cls(b"", 302, location=location)


FORBIDDEN = Answer.page("<h1>403 Forbidden</h1>", status=403)
BROKEN = Answer.page("<h1>500 Internal Server Error</h1>", status=500)
NOT_FOUND = Answer.page("<h1>404 Not Found</h1>", status=404)


def cut_short(answer: Answer) -> Answer:
    """The first two thirds of a document, which is no longer well-formed."""
    return replace(answer, body=answer.body[: len(answer.body) * 2 // 3])


def by_script(answer: Answer) -> Answer:
    """A story's page whose text only a script puts in."""
    before, opening, rest = answer.body.decode().partition('y-name="article-content">')
    text, closing, after = rest.partition('<div y-use="article.Newsletter">')
    told = json.dumps(text).replace("</", "<\\/")
    script = f"<script>document.currentScript.outerHTML = {told};</script>"
    return replace(answer, body="".join((before, opening, script, closing, after)).encode()) if closing else answer


def well_formed(document: bytes) -> bool:
    """Whether a document is well-formed XML."""
    try:
        ElementTree.fromstring(document)
    except (ElementTree.ParseError, ValueError):
        return False
    return True
