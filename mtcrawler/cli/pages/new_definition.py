"""A first definition of a site, written from what was found of it: right as it stands, and commented for a person."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.extraction.language.detection import language_of
from mtcrawler.extraction.metadata.statements import Statements, plain_text
from mtcrawler.markup.document import parsed
from mtcrawler.markup.structured import string
from mtcrawler.model.article import text_of
from mtcrawler.model.errors import PageNotFetched
from mtcrawler.model.printable import count
from mtcrawler.pages.exchange import FoundArticle, FoundSource, SiteAnswer
from mtcrawler.sites.definition import ANY_SITE
from mtcrawler.sites.patterns import compiled

Form = tuple[str, ...]
"""The patterns of the steps of a path."""
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


def definition_text(found: SiteAnswer, schema: str | None = None) -> str:
    """The TOML of the site; raises PageNotFetched where nothing can be said of its articles' addresses.

    `schema` is the way to the JSON Schema from where the text will lie, if there is one.
    """
    doing = f"Looking at {found.origin}"
    if not found.articles and found.unasked is not None:
        happened = f"its robots.txt cannot be fetched ({found.unasked.rstrip('.')}), so nothing may be asked for"
        raise PageNotFetched(doing, happened, "Check the address and the network, then try again.")
    if not found.articles:
        remedy = "Try more --days, or one of its articles with `mtcrawler try`."
        raise PageNotFetched(doing, "no article was found", remedy)
    if not any(map(_form, _paths(found))):
        happened = (
            "only the queries of its articles' addresses differ (/?p=12), and a definition's patterns match paths"
        )
        remedy = f"Crawl it without a definition: `scrapy crawl news -a site={found.origin}`."
        raise PageNotFetched(doing, happened, remedy)
    return "\n\n".join(_parts(found, schema)) + "\n"


def described_sources(found: SiteAnswer) -> list[FoundSource]:
    """The sources that are written: a list that named no article is none; where none is left, the front page is."""
    sources = [one for one in found.sources if one.kind != "list" or one.articles]
    return sources or [FoundSource(kind="list", address="/", articles=0)]


def _paths(found: SiteAnswer) -> list[str]:
    return [urlsplit(one.draft.canonical_url).path for one in found.articles]


def _language(one: FoundArticle) -> str:
    """The language of an article as a crawl tells it: by its text, where the page declares another."""
    draft = one.draft
    return language_of("\n".join(filter(None, (draft.headline, text_of(draft.body)))), draft.language)


def _parts(found: SiteAnswer, schema: str | None) -> Iterator[str]:
    host = urlsplit(found.origin).hostname or ""
    # Where the schema is the guide is, too; a project of one's own has neither.
    guide = "docs/any-site.md" if schema else "`mtcrawler try URL` shows how a page is read"
    languages = [name for name, _ in Counter(map(_language, found.articles)).most_common(3)]
    yield "\n".join(
        [
            f"#:schema {schema}" if schema else "# For editors: `mtcrawler sites schema` prints the JSON Schema.",
            f"# Written by `mtcrawler sites new` from {count(len(found.articles), 'article')}. Look it over: {guide}.",
            *_untried(found),
            f"spider = {_quoted(_spider(host))}  # names its crawls, in the bucket too; never change it later",
            f"publisher = {_publisher(found.articles, host)}",
            "untried = true  # nobody has crawled it yet: what is deployed leaves it out until this line goes",
            f"origin = {_quoted(found.origin)}",
            f"hosts = {_list(found.hosts)}",
            f"languages = {_list(languages)}",
            '# zone = "Europe/Paris"  # that of times without an offset',
        ]
    )
    yield from _addresses(_paths(found), found.lists)
    sources = described_sources(found)
    for source in sources:
        address = source.address.removeprefix(found.origin) or "/"
        told = _named(source.articles, alone=len(sources) == 1)
        yield f"# {told}\n[[sources]]\nkind = {_quoted(source.kind)}\naddress = {_quoted(address)}"
    yield "\n".join(_fields(found.articles))


def _named(number: int, *, alone: bool) -> str:
    """What a source named first; one that names nothing new may be the better one all the same."""
    if number:
        return f"It was the first to name {number} address{'' if number == 1 else 'es'}."
    return "It named no article." if alone else "It named no article that another source had not named before."


def _addresses(paths: list[str], lists: Iterable[str]) -> Iterator[str]:
    """The patterns of articles' addresses, the commonest first, and of those with the day in them.

    An article at the home page's path is told by its query alone, of which no pattern speaks.
    """
    forms: dict[Form, list[str]] = {}
    for path in dict.fromkeys(paths):
        if form := _form(path):
            forms.setdefault(form, []).append(path)
    lists = list(lists)
    ordered = sorted(_merged(forms, lists).items(), key=lambda one: -len(one[1]))[:FORMS]
    for form, examples in ordered:
        pattern = compiled(match := _match(form))
        others = [path for path in lists if not pattern.fullmatch(path)][:EXAMPLES]
        yield _table("articles", match, examples, others)
    for form, examples in ordered:
        at = next((index for index in range(len(form) - 2) if _is_day(form[index : index + 3], examples, index)), None)
        if at is not None:
            grouped = [f"({step})" if at <= index < at + 3 else step for index, step in enumerate(form)]
            yield _table("dated", _match(grouped), examples)


def _merged(forms: Mapping[Form, list[str]], lists: Sequence[str]) -> dict[Form, list[str]]:
    """The forms with those as one that differ in a single word, such as the section's.

    Any word may stand there where numbers or an ending tell articles from lists, so that other sections' articles are
    found, too; elsewhere one of these words.
    """
    alike: defaultdict[tuple[int, Form, Form], list[Form]] = defaultdict(list)
    for form in forms:
        for at, step in enumerate(form[:-1]):
            if _LITERAL.fullmatch(step):
                alike[at, form[:at], form[at + 1 :]].append(form)
    left, merged = dict(forms), dict[Form, list[str]]()
    for (at, before, after), group in sorted(alike.items(), key=lambda one: -len(one[1])):
        members = [form for form in group if form in left]
        if len(members) < 2:
            continue
        others = [path for path in lists if not any(compiled(_match(form)).fullmatch(path) for form in members)]
        words = f"(?:{'|'.join(sorted(form[at] for form in members))})"
        told = any("\\" in step for step in (*before, *after))
        wide = (*before, r"[^/]+", *after)
        form = wide if told and not any(map(compiled(_match(wide)).fullmatch, others)) else (*before, words, *after)
        # An example of each section first.
        rounds = zip_longest(*(left.pop(one) for one in members))
        merged[form] = [path for each in rounds for path in each if path]
    return {**left, **merged}


def _match(form: Iterable[str]) -> str:
    """The pattern of paths of this form."""
    return "".join(f"/{step}" for step in form)


def _is_day(steps: Form, examples: list[str], at: int) -> bool:
    """Whether three steps are year, month and day, in the form and in each example."""
    if steps != (_DIGITS["year"], _DIGITS["day"], _DIGITS["day"]):
        return False
    months = [[int(step) for step in path.strip("/").split("/")[at + 1 : at + 3]] for path in examples]
    return all(1 <= month <= 12 and 1 <= day <= 31 for month, day in months)


def _form(path: str) -> Form:
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


def _untried(found: SiteAnswer) -> Iterator[str]:
    """What was not looked at, and what was in vain."""
    yield "# Pages were read over plain HTTP: what only a browser shows, or a reader with a session, was not tried."
    if found.unread:
        more = f" and {len(found.unread) - EXAMPLES} more" if len(found.unread) > EXAMPLES else ""
        yield f"# Sources that could not be read: {_in_comment(', '.join(found.unread[:EXAMPLES]))}{more}."
    if found.lost:
        told = ", ".join(f"{number} {fate}" for fate, number in sorted(found.lost.items(), key=lambda one: -one[1]))
        yield f"# Addresses that gave no article: {_in_comment(told)}."


def _publisher(articles: list[FoundArticle], host: str) -> str:
    """The publisher's name as TOML, and a comment where it is only the host's: more than half of the pages that name
    one have to agree on it, by `og:site_name` or as the publisher of their JSON-LD.
    """
    spellings = defaultdict[str, list[str]](list)
    pages = 0
    for one in articles:
        declared = list(_declared_names(one))
        pages += bool(declared)
        # Of two spellings on one page that of the site's name counts.
        for key, name in {"".join(filter(str.isalnum, name.casefold())): name for name in reversed(declared)}.items():
            spellings[key].append(name)
    names = max(spellings.values(), key=len, default=[])
    if 2 * len(names) > pages:
        return _quoted(Counter(names).most_common(1)[0][0])
    told = ", ".join(sorted({_quoted(each[0]) for each in spellings.values()})[:EXAMPLES])
    said = f"the pages do not agree: {told}" if told else "the pages name nobody"
    return f"{_quoted(host.removeprefix('www.'))}  # the host's name; {_in_comment(said)}"


def _declared_names(one: FoundArticle) -> Iterator[str]:
    """What a page declares of who publishes it, the name of the site first."""
    page = Statements(parsed(one.html), one.draft.url)
    publisher = page.article.get("publisher")
    publisher = page.deref(publisher[0] if isinstance(publisher, list) and publisher else publisher)
    for name in (page.meta("og:site_name"), string(publisher, "name") if isinstance(publisher, Mapping) else None):
        if name and any(map(str.isalnum, plain := plain_text(name))):
            yield plain


def _in_comment(text: str) -> str:
    """A text in one line that ends no comment."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _spider(host: str) -> str:
    name = "_".join(re.findall(r"[a-z0-9]+", host.lower().removeprefix("www.")))[:52].strip("_")
    return name if name[:1].isalpha() and name != ANY_SITE else f"site_{name}"[:52]


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
