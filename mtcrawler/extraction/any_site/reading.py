"""One page read as an article, without a crawl."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, origin_for, undescribed
from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.body.model import Model
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.language.detection import language_of
from mtcrawler.extraction.normalization import BODY, cleaned
from mtcrawler.markup.addresses import joined
from mtcrawler.model.article import Access, Overlay, text_of
from mtcrawler.model.reading import Reading

ASKED: Final = tuple(
    """
    kind headline subtitle summary section tags authors published_at published_date modified_at image body media
    """.split()
)


def read_page(html: str, url: str, model: Model | None = None) -> Reading:
    """The page at this address read as an article; raises PageTooLarge, and nothing on odd markup."""
    origin = origin_for(url)
    page = AnySiteExtractor(undescribed(origin), model=model).extract(html, joined(f"{origin}/", url) or origin, {})
    return reading_of(page.completed()).model_copy(update={"url": url})


def reading_of(page: ExtractedPage, access: Access | None = None, overlays: Iterable[Overlay] = ()) -> Reading:
    """What was read off a page, whichever extractor it was; `access` and `overlays` are of one that was fetched."""
    fields = cleaned({name: _plain(getattr(page, name)) for name in ASKED})
    body = BODY.validate_python(fields["body"])
    text = text_of(body)
    return Reading(
        **{
            **fields,
            "body": body,
            "url": page.url,
            "canonical_url": page.canonical_url,
            "page": page.page_kind if isinstance(page, AnyPage) else "article" if page.is_article else "other",
            "byline": page.byline if isinstance(page, AnyPage) else [author["name"] for author in fields["authors"]],
            "language": language_of(text or fields["headline"] or "", page.language),
            "text": text,
            "word_count": len(text.split()),
            "fields": dict(page.sources),
            "confidence": page.confidence or 0.0,
            "access": access,
            "overlays": list(overlays),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    return [_plain(one) for one in value] if isinstance(value, list) else value
