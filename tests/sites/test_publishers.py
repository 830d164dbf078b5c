"""Laws of the definitions that come with the project: what each has to say, and that the table of them is true."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from mtcrawler.extraction.extractor import SelectorExtractor
from mtcrawler.model.article import text_of
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import files_in, load_definition, read_definition
from mtcrawler.spider.code import extractor_of
from tools.publishers import PAGE, page

ROOT: Final = Path(__file__).parents[2]
DEFINITIONS: Final = [load_definition(path) for path in files_in(ROOT / "sites")]
GUIDE: Final = (ROOT / "docs" / "adding-a-publisher.md").read_text("utf-8")
SMALLEST: Final = read_definition(GUIDE.partition("```toml\n")[2].partition("```")[0], "sites/example.com.toml")


def test_the_table_of_publishers_is_made_from_the_definitions() -> None:
    """docs/publishers.md is what `python -m tools.publishers` writes; run that after a definition was changed."""
    text = PAGE.read_text("utf-8")
    assert page(text) == text


def test_an_untried_definition_is_not_deployed_once_it_was_tried() -> None:
    """Whoever takes `untried` out has not chosen yet to have the site crawled: `deploy = false` stands there, too."""
    assert {one.spider for one in DEFINITIONS if one.untried and one.deploy} == set()


@pytest.mark.parametrize("one", [*DEFINITIONS, SMALLEST], ids=lambda one: one.spider)
def test_a_publisher_is_described_to_be_crawled(one: SiteDefinition) -> None:
    """It has a source that is read without being asked for, sources on its own hosts, and patterns that were tried on
    addresses that are no article's. The smallest definition of the guide has all that is asked for.
    """
    assert any(source.backfill is None for source in one.all_sources)
    addresses = [address for source in one.all_sources if (address := getattr(source, "address", None))]
    assert all(one.site.owns(one.site.fetchable(address)) for address in addresses)
    assert all(pattern.counter_examples for pattern in one.articles)


def test_the_guide_names_what_writes_the_table() -> None:
    """Whoever adds a publisher is told of the command that writes its row, in the guide and in CONTRIBUTING."""
    assert all("`make docs-tables`" in text for text in (GUIDE, (ROOT / "CONTRIBUTING.md").read_text("utf-8")))


def test_a_body_turns_off_the_learned_reader() -> None:
    """A definition that names a body is read by selectors alone, as the guide says; without it the model reads it."""
    without = SMALLEST.model_copy(update={"selectors": SMALLEST.selectors.model_copy(update={"body": None})})
    assert isinstance(extractor_of(SMALLEST, SMALLEST.site), SelectorExtractor)
    assert not isinstance(extractor_of(without, without.site), SelectorExtractor)


def test_fox_news_leaves_out_whole_paragraphs_alone() -> None:
    """Between the paragraphs, links in bold capitals are left out; a bold link inside of a sentence keeps its words."""
    (fox,) = (found for found in DEFINITIONS if found.spider == "foxnews")
    text = (
        "The council met again on Thursday and spoke for hours about the ferry, the ice, coal and its price, as ever."
    )
    address = "https://www.foxnews.com/us/ferry-sails-again"
    bold = f'<a href="{address}"><strong>{{}}</strong></a>'
    inside = f"The mayor told {bold.format('The Harbour Post')} that nobody has to wait for the spring."
    told = (text, inside, bold.format("SECOND FERRY FOUND IN THE ICE"), f"{text} It will meet once more.")
    head = "<title>Ice on the river</title><meta property='og:type' content='article'>"
    body = "".join(f"<p>{one}</p>" for one in told)
    html = (
        f"<!doctype html><html lang=en><head>{head}</head><body><article class='article-wrap'><h1>Ice on the river</h1>"
        f"<div class='article-content'><div class='article-body'>{body}</div></div></article></body></html>"
    )
    read = text_of(extractor_of(fox, fox.site).extract(html, address, {}, ()).body)
    assert "The mayor told The Harbour Post that" in read
    assert "SECOND FERRY" not in read
