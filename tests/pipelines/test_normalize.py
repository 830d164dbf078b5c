"""Laws of Normalize: a draft leaves it clean, identified and whole, or not at all."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from py3langid.langid import LanguageIdentifier
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from mtcrawler.extraction.language.model import read_model
from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Author, Block, Draft, Heading, Image, ImageBlock, ListBlock, Paragraph, Quote, Table
from mtcrawler.model.provenance import Provenance
from mtcrawler.pipelines.normalize import MissingField, Normalize, normalize

URL = "https://www.paper.example/2026/11/02/bridge-a1"


def draft(**fields: Any) -> Draft:
    return Draft(
        **{
            "url": URL,
            "canonical_url": URL,
            "site": "www.paper.example",
            "publisher": "The Paper",
            "spider": "paper",
            "kind": "news",
            "headline": "Bridge opens",
            "body": [Paragraph(text="The bridge over the river opened again on Monday.")],
            "provenance": Provenance(
                run_id="run",
                crawler_version="0",
                fetched_at=datetime(2026, 11, 2, tzinfo=UTC),
                discovered_via="sitemap",
                rendered="browser",
                status=200,
                extractor="paper/1",
            ),
            **fields,
        }
    )


def test_every_text_is_cleaned_and_the_text_is_built_from_the_body() -> None:
    """Soft hyphens, zero-width and no-break characters are gone everywhere, and text follows the body's order."""
    article = normalize(
        draft(
            headline="Bri\u00addge\u00a0 opens\u200b",
            subtitle=" ",
            tags=["Cafe\u0301", "\u00ad"],
            image=Image(url="https://s.example/a\u00ad.jpg", caption="A\u00a0view", credit=""),
            body=[
                Heading(level=2, text="Why"),
                Paragraph(text="One\u00a0two.\nThree."),
                ListBlock(ordered=True, items=["a\u2060b", ListBlock(ordered=False, items=["c"])]),
                Quote(text="So it is.", cite="Ann"),
                Table(rows=[["x", ""], ["", "y"]]),
                ImageBlock(url="https://s.example/b.jpg", caption="Not text"),
            ],
        )
    )
    assert (article.headline, article.subtitle, article.tags) == ("Bridge opens", None, ["Café"])
    assert article.image == Image(url="https://s.example/a\u00ad.jpg", caption="A view")
    assert article.text == "Why\n\nOne two.\nThree.\n\nab\nc\n\nSo it is.\n– Ann\n\nx\t\n\ty"
    assert article.body[4] == Table(rows=[["x", ""], ["", "y"]])
    assert article.word_count == len(article.text.split())


def test_the_id_depends_on_the_canonical_address_alone() -> None:
    """Another headline, another text, another address as fetched: the same article."""
    one = normalize(draft())
    other = normalize(draft(url="http://127.0.0.1:1/x", headline="Other", body=[Paragraph(text="Words.")]))
    assert one.id == other.id == article_id(URL)
    assert one.content_hash != other.content_hash


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"headline": None}, "no headline"), ({"headline": "\u00ad "}, "no headline"), ({"body": []}, "no body")],
)
def test_a_draft_without_a_required_field_is_dropped_by_name(fields: dict[str, Any], named: str) -> None:
    """What every article has and this page lacks is named, with the page's address."""
    with pytest.raises(MissingField) as caught:
        normalize(draft(**fields))
    assert str(caught.value) == f"{URL}: {named}"


def test_what_says_nothing_is_left_out() -> None:
    """A paragraph, a quote, a list or an author of invisible characters costs nothing but itself."""
    nothing = "\u200b\u00ad"
    blocks: list[Block] = [Paragraph(text=nothing), Quote(text=nothing), ListBlock(ordered=False, items=[nothing])]
    blocks.append(Paragraph(text="Words."))
    article = normalize(draft(body=blocks, authors=[Author(name=nothing), Author(name="Ann Bo")]))
    assert article.body == [Paragraph(text="Words.")]
    assert article.authors == [Author(name="Ann Bo")]


def test_pictures_are_body_enough() -> None:
    """A gallery without a word is an article."""
    assert normalize(draft(body=[ImageBlock(url="https://s.example/b.jpg")])).text == ""


async def test_what_is_no_draft_passes(caplog: pytest.LogCaptureFixture) -> None:
    """Items of another kind, which a project's own spiders yield, pass as they came; it is counted, and said once."""
    stats = MemoryStatsCollector(get_crawler())
    stage, items = Normalize(stats=stats), [{"url": URL}, {"url": URL}]
    with caplog.at_level("INFO"):
        assert [await stage.process_item(item) for item in items] == items
    assert stats.get_value("items/not_articles") == 2
    assert caplog.text.count("Items of the type dict are no articles") == 1
    article = normalize(draft())
    assert await stage.process_item(article) is article
    assert stats.get_value("items/not_articles") == 2


async def test_the_crawl_goes_on_while_the_language_model_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An article that comes before the model is there waits for it, and nothing else does."""
    reading: Future[LanguageIdentifier] = Future()
    monkeypatch.setattr("mtcrawler.pipelines.normalize.read_model", lambda _: reading)
    waiting = asyncio.ensure_future(Normalize().process_item(draft()))
    done, _ = await asyncio.wait({waiting}, timeout=0.1)
    assert not done
    reading.set_result(read_model().result())
    assert (await waiting).language == "en"
