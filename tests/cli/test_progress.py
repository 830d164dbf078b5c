"""How far a command is: a bar on a terminal, elsewhere a plain line now and then, and nothing where it is quick."""

from __future__ import annotations

import io
import sys

import pytest

from mtcrawler.cli import progress as module
from mtcrawler.cli.progress import Progress


class Terminal(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that ends within seconds writes nothing to stderr, where that is no terminal."""
    with Progress("articles") as progress:
        progress.advance(10)
    assert capsys.readouterr().err == ""


def test_a_plain_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stderr is no terminal a line says from time to time how far it is, and not after the end."""
    monkeypatch.setattr(module, "FIRST", 0.0)
    with Progress("articles", 1200) as progress:
        progress.advance(1000)
        progress.advance(100)
        monkeypatch.setattr(module, "EVERY", 0.0)
    progress.advance(1)
    assert capsys.readouterr().err == "mtcrawler: 1,000 of 1,200 articles, 0 s\n"
    with Progress("articles", shown=False) as progress:
        progress.advance()
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar says what is counted, step by step, and is gone at the end; markup is text."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(module, "SHOWN", 0.0)
    with Progress("articles") as progress:
        progress.advance(7)
        progress.begin("segments [red]", 3)
        progress.advance(2)
        progress.update(3, 3)
    shown = screen.getvalue()
    assert "2 of 3 segments [red]" in shown or "3 of 3 segments [red]" in shown
    assert shown.endswith("\x1b[2K") or "\x1b[1A\x1b[2K" in shown
