"""docs/architecture.md and its drawing say what the code is."""

from __future__ import annotations

import re

import pytest

from tools.architecture import DRAWING, ROOT, WAY, drawing, imports, layers

GUIDE = (ROOT / "docs" / "architecture.md").read_text()
PATHS = sorted(set(re.findall(r"`((?:mtcrawler|spiders|sites|pipelines|settings|tests|deploy|docs)/[\w./-]*)`", GUIDE)))


def test_the_drawing_is_of_this_code() -> None:
    """The committed drawing is what `make architecture` draws; run that after a folder or an import was added."""
    drawn = layers()
    assert DRAWING.read_text() == drawing(drawn, imports(drawn))


def test_the_drawing_shows_an_import_that_goes_upwards() -> None:
    """An import against the layers stands out: its dot is left of the diagonal, where all others are right of it."""
    drawn = layers()
    highest, lowest = drawn[0].name, drawn[-1].name
    (wrong,) = _dots(drawing(drawn, {(lowest, highest)}))
    (right,) = _dots(drawing(drawn, {(highest, lowest)}))
    assert wrong < 0 < right


def _dots(svg: str) -> list[int]:
    """How far each dot is right of the grey square in its row."""
    squares = {int(y) + 8: int(x) + 8 for x, y in re.findall(r'class="self" x="(\d+)" y="(\d+)"', svg)}
    return [int(x) - squares[int(y)] for x, y in re.findall(r'class="import" cx="(\d+)" cy="(\d+)"', svg)]


@pytest.mark.parametrize("path", [*PATHS, *(place for _, places in WAY for place in places)])
def test_every_path_of_the_guide_exists(path: str) -> None:
    """What docs/architecture.md and the drawing name is in the tree."""
    assert (ROOT / path).exists()


def test_the_guide_names_every_folder() -> None:
    """There is no folder of the library of which the guide does not say what is changed there."""
    folders = {f"mtcrawler/{file.parent.name}/" for file in (ROOT / "mtcrawler").glob("*/__init__.py")}
    assert {folder for folder in folders if not any(path.startswith(folder) for path in PATHS)} == set()
