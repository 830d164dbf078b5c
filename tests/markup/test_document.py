"""Markup becomes a tree, whatever was done to its letters before."""

from __future__ import annotations

import pytest

from mtcrawler.markup.document import parsed

SAID = "“Don’t go” – café, Köln, зима, ελιά, 東京, €5"


def mangled(text: str, charset: str) -> str:
    """The text as it is where its UTF-8 is taken for another set, which has no characters for some of its bytes."""
    return "".join(
        bytes([byte]).decode(charset) if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in text.encode()
    )


@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
def test_a_page_that_was_encoded_twice_is_read_as_it_was_written(charset: str) -> None:
    """Of a page whose UTF-8 was taken for a Western set before it was sent, no letter stays mangled."""
    html = f"<html lang=en><title>Plain</title><p>{mangled(SAID, charset)}</p></html>"
    assert parsed(html).text_content() == f"Plain{SAID}"


@pytest.mark.parametrize(
    "text", [SAID, "SÃO PAULO – “não”", "Ã© in a page – with true letters", "Ã", "naïve", "\xa0", "\x81", "é" * 100]
)
def test_true_letters_stay(text: str) -> None:
    """A page that has one letter that is none of twice encoded ones stays as it is, even where others may be."""
    assert parsed(f"<p>{text}</p>").text_content() == text


@pytest.mark.parametrize(
    "html",
    [
        "<head><title>x</title><article>One</article></head><body>Two<p>Three",
        "<title>x</title><header>One</header>Two <article>Three</article><body>Four<p>Five",
        "<head><article>One</article> Two</head><body>Three<!-- a note --><p>Four",
    ],
)
def test_what_a_head_cannot_hold_comes_before_the_text_of_the_body(html: str) -> None:
    """The page's order stays where its head ends early and its body begins with a text that no element holds."""
    words = parsed(html).find("body").text_content()
    said = [words.index(word) for word in ("One", "Two", "Three", "Four", "Five") if word in words]
    assert said == sorted(said)
    assert len(said) >= 3
