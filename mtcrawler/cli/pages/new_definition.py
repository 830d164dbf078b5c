"""A first definition of a site, written from what was found of it: right as it stands, and commented for a person."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.extraction.language.detection import language_of
from mtcrawler.markup.document import parsed
from mtcrawler.markup.structured import metas
from mtcrawler.model.article import text_of
from mtcrawler.model.errors import PageNotFetched
from mtcrawler.pages.exchange import FoundArticle, FoundSource, SiteAnswer
from mtcrawler.sites.definition import ANY_SITE
from mtcrawler.sites.patterns import compiled

EXAMPLES: Final = 3
FORMS: Final = 4
"""Patterns of addresses that are written; rarer forms are left out."""
COUNTED: Final = tuple("headline subtitle summary section tags authors published_at published_date image body".split())
"""The fields of which a comment says in how many articles they were found."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_ENDING: Final = re.compile(r"\.[a-z]{2,5}")
_SPECIAL: Final = re.compile(r"([.^$*+?{}\[\]\\|()])")
_LITERAL: Final = re.compile(r"[a-z][a-z-]{0,24}")
_DIGITS: Final = {"year": r"\d{4}", "day": r"\d{1,2}", "number": r"\d+"}


def definition_text(found: SiteAnswer) -> str:
    """The TOML of the site; raises PageNotFetched where nothing can be said of its articles' addresses."""
    doing = f"Looking at {found.origin}"
    if not found.articles:
        remedy = "Try more --days, or one of its articles with `mtcrawler try`."
        raise PageNotFetched(doing, "no article was found", remedy)
    if not any(map(_form, _paths(found))):
        happened = (
            "only the queries of its articles' addresses differ (/?p=12), and a definition's patterns match paths"
        )
        remedy = f"Crawl it without a definition: `scrapy crawl news -a site={found.origin}`."
        raise PageNotFetched(doing, happened, remedy)
    return "\n\n".join(_parts(found)) + "\n"


def _paths(found: SiteAnswer) -> list[str]:
    return [urlsplit(one.draft.canonical_url).path for one in found.articles]


def _language(one: FoundArticle) -> str:
    """The language of an article as a crawl tells it: by its text, where the page declares another."""
    draft = one.draft
    return language_of("\n".join(filter(None, (draft.headline, text_of(draft.body)))), draft.language)


def _parts(found: SiteAnswer) -> Iterator[str]:
    host = urlsplit(found.origin).hostname or ""
    languages = [name for name, _ in Counter(map(_language, found.articles)).most_common(3)]
    yield "\n".join(
        [
            "#:schema ../docs/site-definition.schema.json",
            f"# Written by `mtcrawler sites new` from {len(found.articles)} articles. Look it over: docs/any-site.md.",
            f"spider = {_quoted(_spider(host))}  # names its crawls, in the bucket too; never change it later",
            f"publisher = {_quoted(_publisher(found.articles, host))}",
            f"origin = {_quoted(found.origin)}",
            f"hosts = {_list(found.hosts)}",
            f"languages = {_list(languages)}",
            '# zone = "Europe/Paris"  # that of times without an offset',
        ]
    )
    yield from _addresses(_paths(found), found.lists)
    sources = [one for one in found.sources if one.kind != "list" or one.articles]
    for source in sources or [FoundSource(kind="list", address="/", articles=0)]:
        address = source.address.removeprefix(found.origin) or "/"
        told = f"# It was the first to name {source.articles} address{'' if source.articles == 1 else 'es'}."
        yield f"{told}\n[[sources]]\nkind = {_quoted(source.kind)}\naddress = {_quoted(address)}"
    yield "\n".join(_fields(found.articles))


def _addresses(paths: list[str], lists: Iterable[str]) -> Iterator[str]:
    """The patterns of articles' addresses, the commonest first, and of those with the day in them.

    An article at the home page's path is told by its query alone, of which no pattern speaks.
    """
    forms: dict[tuple[str, ...], list[str]] = {}
    for path in dict.fromkeys(paths):
        if form := _form(path):
            forms.setdefault(form, []).append(path)
    ordered = sorted(forms.items(), key=lambda one: -len(one[1]))[:FORMS]
    for form, examples in ordered:
        pattern = compiled(match := "".join(f"/{step}" for step in form))
        others = [path for path in lists if not pattern.fullmatch(path)][:EXAMPLES]
        yield _table("articles", match, examples, others)
    for form, examples in ordered:
        at = next((index for index in range(len(form) - 2) if _is_day(form[index : index + 3], examples, index)), None)
        if at is not None:
            grouped = [f"({step})" if at <= index < at + 3 else step for index, step in enumerate(form)]
            yield _table("dated", "".join(f"/{step}" for step in grouped), examples)


def _is_day(steps: tuple[str, ...], examples: list[str], at: int) -> bool:
    """Whether three steps are year, month and day, in the form and in each example."""
    if steps != (_DIGITS["year"], _DIGITS["day"], _DIGITS["day"]):
        return False
    months = [[int(step) for step in path.strip("/").split("/")[at + 1 : at + 3]] for path in examples]
    return all(1 <= month <= 12 and 1 <= day <= 31 for month, day in months)


def _form(path: str) -> tuple[str, ...]:
    """The patterns of a path's steps: numbers by their length, words as they are, titles as anything."""
    steps = [step for step in path.split("/") if step]
    return tuple(_step(step, last=index == len(steps) - 1) for index, step in enumerate(steps))


def _step(step: str, *, last: bool) -> str:
    if _YEAR.fullmatch(step):
        return _DIGITS["year"]
    if step.isdecimal():
        return _DIGITS["day"] if len(step) <= 2 else _DIGITS["number"]
    if not last and _LITERAL.fullmatch(step) and step.count("-") < 2:
        return step
    ending = _ENDING.search(step) if last else None
    return r"[^/]+" + (_SPECIAL.sub(r"\\\1", ending.group()) if ending and step.endswith(ending.group()) else "")


def _table(name: str, match: str, examples: list[str], others: Iterable[str] = ()) -> str:
    lines = [f"[[{name}]]", f"match = '{match}'", f"examples = {_list(examples[:EXAMPLES])}"]
    if counter := list(others):
        lines.append(f"counter_examples = {_list(counter)}")
    return "\n".join(lines)


def _fields(articles: list[FoundArticle]) -> Iterator[str]:
    """What the articles have without any selector, and where to say what is wrong."""
    yield "# Each field without a selector: in how many articles it was found, and where it came from:"
    for name in COUNTED:
        ways = Counter(way for one in articles if (way := one.draft.provenance.fields.get(name)))
        told = ", ".join(f"{number} {way}" for way, number in ways.most_common()) or "never"
        yield f"#   {name}: {told}"
    yield "# Name only what is wrong:"
    yield "# [selectors]"
    yield '# container = "article"   # this article, and no other'
    yield '# authors = ".byline a"'
    yield "# [left_out]"
    yield '# elements = [".newsletter"]'


def _publisher(articles: list[FoundArticle], host: str) -> str:
    names = Counter(name for one in articles if (name := metas(parsed(one.html)).get("og:site_name", "").strip()))
    return names.most_common(1)[0][0] if names else host.removeprefix("www.")


def _spider(host: str) -> str:
    name = "_".join(re.findall(r"[a-z0-9]+", host.lower().removeprefix("www.")))[:52].strip("_")
    return name if name[:1].isalpha() and name != ANY_SITE else f"site_{name}"[:52]


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
