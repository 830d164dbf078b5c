"""What `make docs` refuses is refused here as far as it can be without the generator."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mtcrawler.api
from tools.architecture import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)")


def public_names() -> Iterator[tuple[str, object]]:
    """Every name of mtcrawler.api, and every method and property of its classes that is ours."""
    for name in mtcrawler.api.__all__:
        thing = getattr(mtcrawler.api, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing)):
            continue
        yield name, thing
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (inspect.isroutine(value) or isinstance(value, property)):
                yield f"{name}.{member}", value


PUBLIC = dict(public_names())


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name: str) -> None:
    """What other code may use says what it is."""
    thing = PUBLIC[name]
    own = thing.__func__ if isinstance(thing, classmethod | staticmethod) else thing
    assert (own.__doc__ or "").strip()


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(document.relative_to(ROOT)) for document in DOCUMENTS])
def test_links_to_headings_lead_somewhere(document: Path) -> None:
    """A link to a part of a document names a heading that it has."""
    for target, part in LINK.findall(document.read_text(encoding="utf-8")):
        there = (document.parent / target if target else document).read_text()
        headings = re.findall(r"^#+ (.*)$", there, re.MULTILINE)
        assert part in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(document.relative_to(ROOT)) for document in DOCUMENTS])
def test_every_document_is_in_the_contents(document: Path) -> None:
    """A document that the site's table of contents does not name would be found by nobody."""
    name = str(document.relative_to(ROOT).with_suffix(""))
    assert name == "README" or f'"{name}"' in (ROOT / "docs" / "conf.py").read_text()


def test_the_readme_names_the_extras_of_its_commands() -> None:
    """Whoever follows README.md has a virtual environment, a way to install from a clone, and the extras of each
    command.
    """
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.index("python3.11 -m venv") < text.index("pip install")
    assert "pip install '/path/to/the/clone[crawl,store]'" in text
    reading = text.partition("## To read what was stored")[2].partition("\n## ")[0]
    assert all(f"mtcrawler[{name}]" in reading for name in ("export", "browse"))


def test_the_guide_says_how_to_try_a_definition_on_a_copy() -> None:
    """docs/adding-a-publisher.md names the copy for both commands that take one, as their help does."""
    guide = (ROOT / "docs" / "adding-a-publisher.md").read_text("utf-8")
    assert "`--mirror http" in guide
    assert "`python -m tests.pages.save HOST URL http" in guide
