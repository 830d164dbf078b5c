"""A small crawl by a definition, with no bucket: what of it holds on the live site, and what does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import Judgement
from mtcrawler.discovery.failures import describe_failure
from mtcrawler.extraction.language.detection import language_of
from mtcrawler.fetch.middleware.robots import Disallowed, RulesUnknown
from mtcrawler.frontier.account import FOREIGN
from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.markup.document import parsed
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Draft, text_of
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import HostRefuses
from mtcrawler.model.reasons import NOT_LOST
from mtcrawler.pages.exchange import Exchange
from mtcrawler.pages.trial import (
    LostPages,
    TrialAnswer,
    TriedArticle,
    TriedPattern,
    TriedSelector,
    TriedSource,
)
from mtcrawler.sites.definition import Policy, SiteDefinition
from mtcrawler.sites.sources import Feed, Listing, Source, WordPress
from mtcrawler.spider.one_page import REFUSALS
from mtcrawler.spider.probes.site_probe import ProbeSpider

SHOWN: Final = 80
"""Characters of a value, and of a page's reason, that are told."""
REASON: Final = 160
"""Characters of the reason why a source was not read."""
SITEMAP: Final = "sitemap"
OK: Final = 200
ENOUGH: Final = 150
"""Characters from which the language of a text can be told without what its page claims."""


class NotingFrontier(Frontier):
    """Notes which source named which address, before it is decided what is to be fetched."""

    noted: defaultdict[str, set[str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noted = defaultdict(set)

    def consider(self, found: DiscoveredUrl) -> CrawlTarget | None:
        """As the frontier decides; a sitemap of one month is counted with the others."""
        self.noted[_plain(found.source)].add(urlsplit(found.url).path)
        return super().consider(found)


class TrialSpider(ProbeSpider):
    """Crawls as the definition says, and keeps what shows whether it is right. Its policy is left aside."""

    frontier_type = NotingFrontier
    frontier: NotingFrontier
    tried: ClassVar[SiteDefinition]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answered: set[str] = set()
        self._refused: set[str] = set()
        self._failed: defaultdict[str, list[str]] = defaultdict(list)
        self._examples: dict[str, str] = {}
        self.discovery.failed, self.discovery.other = self._source_failed, self._other_source

    def came(self, response: Response, request: Request) -> None:
        """Keep pages as a probe does, and which sources answered."""
        super().came(response, request)
        source = request.cb_kwargs.get("source")
        if isinstance(source, str) and response.status == OK and "target" not in request.cb_kwargs:
            self._answered.add(_plain(source))

    def _source_failed(self, request: Request, failure: Failure) -> None:
        error, source = failure.value, request.cb_kwargs["source"]
        away = isinstance(error, RulesUnknown) and not error.reached
        refusal = isinstance(error, HttpError) and error.response.status in REFUSALS
        if refusal or (isinstance(error, Disallowed | HostRefuses) and not away):
            self._refused.add(_plain(source))
        self._note_source(source, request.url, describe_failure(failure))
        self.failures.source(request, failure)

    def _other_source(self, judgement: Judgement, response: Response) -> None:
        source = response.request.cb_kwargs["source"] if response.request else SITEMAP
        self._note_source(source, response.url, f"{judgement.fate}: {judgement.why}")
        self.failures.other_source(judgement, response)

    def _note_source(self, source: str, url: str, why: str) -> None:
        self._failed[_plain(source)].append(f"{url}: {_short(why, REASON)}")

    def page_failed(self, failure: Failure) -> Iterator[Any]:
        """As a crawl does; the reason is kept."""
        target: CrawlTarget = failure.request.cb_kwargs["target"]  # type: ignore[attr-defined]  # set by Scrapy
        yield from super().page_failed(failure)
        self._note_page(target, describe_failure(failure))

    def _other(self, judgement: Judgement, response: Response | Request, target: CrawlTarget) -> Iterator[Any]:
        yield from super()._other(judgement, response, target)
        self._note_page(target, judgement.why)

    def _note_page(self, target: CrawlTarget, why: str) -> None:
        if fate := self.context.account.not_stored_as(target.named):
            self._examples.setdefault(fate, f"{target.found.url} ({_short(why)})")

    @property
    def told(self) -> Exchange:
        """What came of it."""
        account = self.context.account
        lost = {fate: number for fate, number in account.fates.items() if number and fate not in NOT_LOST}
        pages = [(draft, self._pages.get(draft.url, "")) for draft in self._drafts]
        return Exchange(
            trial=TrialAnswer(
                sources=list(self._sources_tried()),
                patterns=self._patterns_tried(),
                selectors=selectors_tried(self.tried, [parsed(html) for _, html in pages if html]),
                articles=[self._article(draft) for draft in self._drafts],
                lost=[
                    LostPages(fate=str(fate), number=number, example=self._examples.get(fate))
                    for fate, number in sorted(lost.items())
                ],
                unmatched=account.unmatched,
                foreign=account.foreign,
                foreign_number=self.crawler.stats.get_value(FOREIGN, 0) if self.crawler.stats else 0,
            )
        )

    def _sources_tried(self) -> Iterator[TriedSource]:
        unread = {_plain(name): address for name, address in self.context.account.unread.items()}
        for name in dict.fromkeys(_name(one) for one in self.tried.all_sources if one.backfill is None):
            paths, failures = self.frontier.noted[name], self._failed[name]
            if name in unread and not failures:
                failures = [f"{unread[name]}: it is no source that can be read"]
            matched = sum(self.tried.article(path) is not None for path in paths)
            answered = name in self._answered and len(failures) == len(self._failed[name])
            yield TriedSource(
                name=name,
                answered=answered,
                refused=name in self._refused,
                named=len(paths),
                matched=matched,
                failures=failures,
            )

    def _patterns_tried(self) -> list[TriedPattern]:
        paths = {path for found in self.frontier.noted.values() for path in found}
        patterns = self.tried.articles
        first = Counter(next((number for number, one in enumerate(patterns) if one.of(path)), None) for path in paths)
        return [
            TriedPattern(key=f"articles.{number}", pattern=one.match.pattern, matched=first[number])
            for number, one in enumerate(patterns)
        ]

    def _article(self, draft: Draft) -> TriedArticle:
        text = text_of(draft.body)
        day = self.tried.day(urlsplit(draft.url).path)
        return TriedArticle(
            url=draft.url,
            words=len(text.split()),
            confidence=draft.provenance.confidence,
            # Whatever page and definition claim; a few words tell nothing.
            language=language_of(text, None) if len(text) >= ENOUGH else "und",
            tier=draft.access.tier,
            complete=draft.access.complete,
            day=day.isoformat() if day else None,
            values={name: _short(value) for name, value in _values(draft) if value},
            sources={name: str(source) for name, source in draft.provenance.fields.items()},
        )


def selectors_tried(definition: SiteDefinition, roots: list[HtmlElement]) -> list[TriedSelector]:
    """On how many of these pages each selector and pattern of paragraphs that the definition says finds anything."""
    found: list[TriedSelector] = []
    for name in definition.selectors.model_fields_set:
        if (selector := getattr(definition.selectors, name)) is not None:
            pages = sum(bool(selector(root)) for root in roots)
            found.append(TriedSelector(key=f"selectors.{name}", text=selector.text, pages=pages))
    for number, selector in enumerate(definition.left_out.elements):
        pages = sum(bool(selector(root)) for root in roots)
        found.append(TriedSelector(key=f"left_out.elements.{number}", text=selector.text, pages=pages))
    if definition.left_out.paragraphs:
        texts = [{inline_text(one) for one in root.iter("p")} for root in roots]
        for number, pattern in enumerate(definition.left_out.paragraphs):
            pages = sum(any(pattern.fullmatch(text) for text in page) for page in texts)
            found.append(TriedSelector(key=f"left_out.paragraphs.{number}", text=pattern.pattern, pages=pages))
    return sorted(found, key=lambda one: one.key)


def _values(draft: Draft) -> Iterator[tuple[str, str | None]]:
    yield "headline", draft.headline
    yield "authors", ", ".join(author.name for author in draft.authors)
    yield "published_at", draft.published_at.isoformat() if draft.published_at else None
    yield "section", draft.section
    yield "tags", ", ".join(draft.tags)
    yield "image", draft.image.url if draft.image else None
    yield "body", text_of(draft.body)


def _name(source: Source) -> str:
    """How what a source named is counted."""
    if isinstance(source, WordPress):
        return source.counted_as
    return source.name if isinstance(source, Feed | Listing) else SITEMAP


def _plain(name: str) -> str:
    """The same for what a nested sitemap named."""
    return SITEMAP if name.startswith(f"{SITEMAP}:") else name


def _short(text: str, most: int = SHOWN) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def trial_spider(definition: SiteDefinition) -> type[TrialSpider]:
    """The class of the spider that tries this definition."""
    said = {"name": definition.spider, "tried": definition, "__module__": __name__}
    return type("Trial", (TrialSpider,), {**said, "definition": definition.model_copy(update={"policy": Policy()})})
