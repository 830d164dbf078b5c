"""What is read of a page beside the words for its readers."""

from __future__ import annotations

from lxml import html

from mtcrawler.answers.challenges import READ
from mtcrawler.answers.machinery import machinery


def test_scripts_without_a_text_count_towards_what_is_read() -> None:
    """However many scripts a page brings along, no more of it is read than READ and the piece that goes beyond."""
    one = f'<script src="/{"a" * 250}"></script>'
    assert READ < len(machinery(html.document_fromstring(one * 2000))) <= READ + len(one)
