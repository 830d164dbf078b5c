"""Reads the kept pages of one site as a crawl would read them today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from scrapy.http import HtmlResponse, Request

from mtcrawler import __version__
from mtcrawler.access.evidence import Signal
from mtcrawler.answers.judgement import judged
from mtcrawler.extraction.drafting import NoPosts, with_posts
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.extraction.parts.joining import with_part
from mtcrawler.fetch.browser.rendered import Rendered
from mtcrawler.fetch.fetched import Fetched
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.article import Access, Article, Draft
from mtcrawler.model.errors import ExtractorFailed, MtcrawlerError, PageTooLarge
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.spider.code import extractor_of, memory_of, naming_mistakes
from mtcrawler.storage.pages.answer import Answer, KeptAs
from mtcrawler.storage.pages.page import KeptPage
from mtcrawler.storage.port import ObjectStore

FIELDS: Final = tuple(
    """
    kind language headline subtitle summary section tags authors sponsor published_at published_date modified_at image
    body media access rights
    """.split()
)
"""The fields of an article that its page decides."""


class Left(StrEnum):
    """Why an article is left as it is."""

    SAME = "same"
    NOT_ARTICLE = "no article any more"
    OTHER_PAGE = "another page than the article's"
    INCOMPLETE = "a field is missing that every article has"
    NO_POSTS = "the posts of a live page are not kept"
    NO_MARKUP = "what the server sent is not kept"
    TOO_LARGE = "too large"
    FAILED = "the code that reads it fails"
    NO_PAGE = "its page is not kept"
    UNREADABLE = "its page cannot be read"
    NO_DEFINITION = "its site's definition cannot be used"
    CHANGED = "it changed meanwhile"


class Unread(MtcrawlerError):
    """An article is left as it is; `why` is the reason, `happened` says more."""

    def __init__(self, why: Left, more: str = "") -> None:
        super().__init__("reading a kept page again", more or str(why), "The article is left as it is.")
        self.why = why


class SiteReader:
    """Reads the pages of the site of a definition; what the site's pages taught is read from `store`."""

    def __init__(self, definition: SiteDefinition, store: ObjectStore, url: str) -> None:
        site = definition.site
        if not site.owns(url):  # it was crawled on a mirror
            site = replace(site, mirror=origin_of(url))
        self._definition, self._site = definition, site
        self._extractor = extractor_of(definition, site)
        memory = memory_of(definition, self._extractor, lambda name, number: None)
        if memory is not None:
            memory.recall(store, writes=False)  # not in a dry run, and the next crawl does

    def read(self, article: Article, page: KeptPage) -> Article:
        """The article as its page is read today, under its own address and as the same revision; raises Unread."""
        try:
            with naming_mistakes(self._definition):
                draft = self._draft(article, page.answers)
            return _as_stored(article_of(_under_its_address(draft, article)), article)
        except PageTooLarge as err:
            raise Unread(Left.TOO_LARGE, err.happened) from err
        except ExtractorFailed as err:
            raise Unread(Left.FAILED, err.happened) from err
        except Incomplete as err:
            raise Unread(Left.INCOMPLETE, str(err)) from err

    def _draft(self, article: Article, answers: Sequence[Answer]) -> Draft:
        fetched, draft = self._read(article, answers[0])
        if not fetched.page.is_article:
            raise Unread(Left.NOT_ARTICLE)
        rest = defaultdict[KeptAs, list[Answer]](list)
        for answer in answers[1:]:
            rest[answer.kept_as].append(answer)
        if fetched.page.live_url is not None:
            if not rest[KeptAs.POSTS]:
                raise Unread(Left.NO_POSTS)
            try:
                draft = with_posts(draft, fetched.page, rest[KeptAs.POSTS][0].body or b"")
            except NoPosts as err:
                raise Unread(Left.NO_POSTS, str(err)) from err
        for answer in rest[KeptAs.PART]:
            _, part = self._read(article, answer)
            draft = with_part(draft, part) or draft
        return draft

    def _read(self, article: Article, answer: Answer) -> tuple[Fetched, Draft]:
        """One answer read as a crawl reads it."""
        fetched = Fetched.of(_response(answer, article), self._extractor, ())
        draft = fetched.draft(
            self._definition,
            spider=article.spider,
            known_as=(),
            provenance=article.provenance.model_copy(
                update={"extractor": self._extractor.name, "crawler_version": __version__}
            ),
        )
        error = self._definition.error_page
        text = fetched.response.text
        if other := judged(fetched.page, draft, text, answer.status, fetched.headers, error):
            raise Unread(Left.OTHER_PAGE, f"{other.fate}: {other.why}")
        return fetched, draft


def differing(new: Article, old: Article) -> list[str]:
    """The fields that the page decides and in which the two differ."""
    return [name for name in FIELDS if getattr(new, name) != getattr(old, name)]


def _response(answer: Answer, article: Article) -> HtmlResponse:
    """The answer as Scrapy, or the renderer, gave it."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    request = Request(answer.url)
    if answer.markup is None:
        if answer.body is None:
            raise Unread(Left.NO_MARKUP)
        return HtmlResponse(answer.url, status=answer.status, headers=headers, body=answer.body, request=request)
    # What stood over the page, and who may read it, was seen while it was shown: no markup tells.
    request.meta["rendered"] = Rendered(answer.at, tuple(article.overlays), (), article.access)
    body = answer.markup.encode(errors="replace")
    return HtmlResponse(answer.url, status=answer.status, headers=headers, body=body, request=request, encoding="utf-8")


def _under_its_address(draft: Draft, article: Article) -> Draft:
    """The draft with what a page alone does not decide: which address is the article's, and who published it."""
    kept = {
        name: getattr(article, name)
        for name in ("url", "canonical_url", "alternate_urls", "site", "publisher", "spider", "overlays")
    }
    access = draft.access
    missing = [one for one in article.access.evidence if one.signal == Signal.PART_MISSING]
    if missing and not any(one in access.evidence for one in missing):
        access = Access(tier=access.tier, complete=False, evidence=[*access.evidence, *missing])
    return draft.model_copy(update={**kept, "access": access})


def _as_stored(new: Article, old: Article) -> Article:
    """The article as the same revision as the stored one, with what only a crawl finds out."""
    rights = new.rights
    if rights.tdm_reservation is None:  # the site may declare it for all its pages, and it is asked for by a crawl
        rights = rights.model_copy(
            update={"tdm_reservation": old.rights.tdm_reservation, "tdm_policy": old.rights.tdm_policy}
        )
    return new.model_copy(
        update={
            "rights": rights,
            "revision": old.revision,
            "previous_hash": old.previous_hash,
            "similar_to": old.similar_to,
            "cluster_id": old.cluster_id,
        }
    )
