"""Laws of the Markdown form of an article, as a parser of CommonMark reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mtcrawler.cli import main
from mtcrawler.model.article import (
    Access,
    Aside,
    Author,
    Block,
    Embed,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Paragraph,
    Post,
    Quote,
    Table,
)
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.markdown import markdown_of
from tests.fixtures.store import make_article
from tests.storage.read.test_export import environment_of

ARTICLE = make_article(1)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PIECES = st.sampled_from(
    [*r"\`*_[]<>~|$&#+-=:!().1'\"", "word", "42.", "```", "---", "===", "&amp;", "<b>", "](x)", " ", "\n"]
)
HARD = st.lists(PIECES, min_size=1, max_size=12).map("".join).filter(str.strip)


def parsed(*blocks: Block) -> list[Token]:
    """The tokens of the body of an article with these blocks."""
    bare = ARTICLE.model_copy(update={"image": None, "summary": None, "subtitle": None, "body": list(blocks)})
    tokens = PARSER.parse(markdown_of(bare))
    return tokens[6:]  # after the headline and the byline


def said(token: Token) -> str:
    """The text of a token's line, with its line breaks."""
    return "".join("\n" if one.type == "hardbreak" else one.content for one in token.children or [])


def spaced(text: str) -> str:
    """A text as it is written: one space between words, no empty line."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def texts(tokens: list[Token]) -> list[str]:
    """The texts of all lines."""
    return [said(token) for token in tokens if token.type == "inline"]


def opened(tokens: list[Token]) -> list[str]:
    """The names of the blocks that begin, paragraphs left out."""
    return [token.tag for token in tokens if token.nesting == 1 and token.tag != "p"]


@given(HARD)
def test_a_text_reads_as_it_is_stored(text: str) -> None:
    """Whatever characters a paragraph has, none of them is taken for markup."""
    tokens = parsed(Paragraph(text=text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or []} <= {"text", "hardbreak", "text_special"}
    assert said(tokens[1]) == spaced(text)


@given(st.lists(HARD, min_size=2, max_size=4))
def test_items_and_cells_read_as_they_are_stored(words: list[str]) -> None:
    """An item of a list and a cell of a table hold their own text, whatever characters it has."""
    items = parsed(ListBlock(ordered=False, items=list(words)))
    assert texts(items) == [spaced(word) for word in words]
    assert opened(items) == ["ul", *["li"] * len(words)]
    cells = parsed(Table(rows=[list(words), list(words)]))
    assert texts(cells) == [" ".join(word.split()) for word in words] * 2
    assert "table" in opened(cells)


def test_each_block_becomes_what_it_is() -> None:
    """Headings, lists in lists, quotes, boxes, tables, pictures, embeds and posts are each their own element."""
    nested = ListBlock(ordered=False, items=["An oar"])
    blocks: list[Block] = [
        Heading(level=1, text="What was aboard"),
        ListBlock(ordered=True, items=["A lamp", nested, "A rope"]),
        ListBlock(ordered=True, items=["Another list"]),
        Quote(text="It burns on.", cite="A. Keeper"),
        Aside(text="The lamp is old.\n\nIt was lit in spring."),
        Table(rows=[["year", "ships"], ["1901"]]),
        ImageBlock(url="https://paper.example/a b(1).jpg", caption="The lamp", credit="A. Photographer"),
        Embed(provider="video.example", url="https://video.example/?a=1&b=2"),
        Post(id=1, time=datetime(2026, 11, 1, 9, 30, tzinfo=UTC), blocks=[Paragraph(text="It is lit.")]),
    ]
    tokens = parsed(*blocks)
    assert opened(tokens) == (
        "h2 ol li ul li li ol li blockquote blockquote table thead tr th th tbody tr td td h3".split()
    )
    assert texts(tokens) == [
        "What was aboard",
        "A lamp",
        "An oar",
        "A rope",
        "Another list",
        "It burns on.",
        "– A. Keeper",
        "The lamp is old.",
        "It was lit in spring.",
        *("year", "ships", "1901", ""),
        "The lamp",
        "The lamp / A. Photographer",
        "video.example",
        "2026-11-01 09:30",
        "It is lit.",
    ]
    children = [child for token in tokens for child in token.children or []]
    assert [child.attrs["src"] for child in children if child.type == "image"] == ["https://paper.example/a%20b(1).jpg"]
    assert [child.attrs["href"] for child in children if child.type == "link_open"] == [
        "https://video.example/?a=1&b=2"
    ]


def test_the_head_says_who_when_where_and_how_much() -> None:
    """Above the body stand headline, subtitle, authors, day, address, the lead picture where the body has not got it,
    and that it is only a part.
    """
    whole = ARTICLE.model_copy(
        update={
            "headline": "The *lamp* burns on",
            "subtitle": "A vote",
            "summary": "It took five hours.",
            "authors": [Author(name="A. Writer"), Author(name="B. Writer")],
            "image": Image(url="https://paper.example/lamp.jpg", caption="The lamp"),
            "access": Access(tier="metered", complete=False),
            "body": [],
        }
    )
    tokens = PARSER.parse(markdown_of(whole))
    assert opened(tokens) == ["h1", "blockquote"]
    head = texts(tokens)
    assert head[:2] == ["The *lamp* burns on", "A vote"]
    assert head[2].startswith("By A. Writer and B. Writer · 2026-")
    assert "behind a wall (metered)" in head[3]
    assert head[4:] == ["It took five hours.", "The lamp", "The lamp"]
    again = whole.model_copy(update={"body": [ImageBlock(url="https://paper.example/lamp.jpg")]})
    assert markdown_of(again).count("lamp.jpg") == 1


@pytest.mark.parametrize(
    "named", [["out.md"], ["out", "--format", "markdown"], ["out", "--format", "md"]], ids=["ending", "option", "short"]
)
def test_a_bucket_is_shown_and_exported_as_markdown(
    new_session: Callable[..., Session],
    bucket: Location,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    named: list[str],
) -> None:
    """`show --markdown` prints the article, and `export` writes it to a file, with a rule after each."""
    session = new_session()
    session.writer.save(ARTICLE)
    session.close()
    environment = environment_of(bucket)
    assert main(["show", ARTICLE.id, "--markdown"], environment) == 0
    assert capfd.readouterr().out == markdown_of(ARTICLE)
    assert main(["export", str(tmp_path / named[0]), *named[1:]], environment) == 0
    assert (tmp_path / named[0]).read_text("utf-8") == f"{markdown_of(ARTICLE)}\n---\n\n"
