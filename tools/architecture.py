"""Draws docs/architecture.svg: the way of a story, the layers, and which folder imports which.

    python -m tools.architecture [FILE]

The layers are those of the import contract in pyproject.toml, the imports are read from the code by grimp, and the
sentences are the first lines of the folders' own docstrings. Only WAY, the stages of a story, is written by hand.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import shorten
from typing import Final

import grimp

from mtcrawler.security import whole_files

ROOT: Final = Path(__file__).resolve().parent.parent
DRAWING: Final = ROOT / "docs" / "architecture.svg"
WAY: Final = (
    ("address found", ("mtcrawler/discovery", "mtcrawler/frontier")),
    ("page fetched", ("mtcrawler/fetch",)),
    ("overlays dismissed", ("mtcrawler/overlays",)),
    ("access judged", ("mtcrawler/access",)),
    ("article extracted", ("mtcrawler/extraction",)),
    ("normalised", ("mtcrawler/pipelines/normalize.py",)),
    ("compared", ("mtcrawler/pipelines/deduplicate.py", "mtcrawler/pipelines/similarity.py", "mtcrawler/identity")),
    ("stored", ("mtcrawler/pipelines/store.py", "mtcrawler/storage/write")),
    ("told to consumers", ("mtcrawler/storage/feed",)),
    ("accounted for", ("mtcrawler/runs",)),
)
"""What happens to a story, in order, and where that is in the tree."""

WIDTH: Final = 1120
MARGIN: Final = 24
STAGES_A_ROW: Final = 5
STAGE: Final = 62  # pixels of height, as all that follow
ROW: Final = 38
CELL: Final = 22
LONGEST: Final = 108  # characters of a folder's sentence that fit beside the matrix
STYLE: Final = """
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-size: 12px; fill: #1f2937 }
.title { font-size: 15px; font-weight: 600 }
.name { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-weight: 600 }
.small { font-size: 11px; fill: #4b5563 }
.mono { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: 11px; fill: #4b5563 }
.box { fill: #eff6ff; stroke: #60a5fa }
.line { stroke: #e5e7eb }
.self { fill: #e5e7eb }
.import { fill: #2563eb }
.arrow { fill: none; stroke: #60a5fa; stroke-width: 1.5 }
"""


@dataclass(frozen=True)
class Layer:
    """A folder or module of the import contract: its dotted name, its rank from the top, and what it says it is."""

    name: str
    rank: int
    sentence: str
    rooms: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it is in the tree."""
        return self.name.replace(".", "/")


def layers(root: Path = ROOT) -> list[Layer]:
    """The layers of the contract in pyproject.toml, the highest first; siblings share a rank."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (ordered,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [
        _layer(root, name.strip(" ()"), rank)
        for rank, names in enumerate(ordered)
        for name in names.replace(":", "|").split("|")
    ]


def _layer(root: Path, name: str, rank: int) -> Layer:
    folder = root / name.replace(".", "/")
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    sentence = (ast.get_docstring(ast.parse(file.read_text())) or "").partition("\n")[0]
    rooms = sorted(inner.parent.name for inner in folder.glob("*/__init__.py"))
    return Layer(name, rank, sentence, tuple(rooms))


def imports(drawn: Sequence[Layer]) -> set[tuple[str, str]]:
    """The pairs of layers of which the first imports the second, at least once."""
    roots = dict.fromkeys(layer.name.partition(".")[0] for layer in drawn)
    graph = grimp.build_graph(*roots, cache_dir=None)
    home = {layer.name: layer.name for layer in drawn}

    def layer_of(module: str) -> str | None:
        while module and module not in home:
            module = module.rpartition(".")[0]
        return home.get(module)

    pairs = (
        (layer_of(importer), layer_of(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )
    return {(one, other) for one, other in pairs if one and other and one != other}


def drawing(drawn: Sequence[Layer], pairs: set[tuple[str, str]]) -> str:
    """The SVG of these layers and imports."""
    way = list(_way(40))
    top = 40 + -(-len(WAY) // STAGES_A_ROW) * (STAGE + 18) + 40
    left = WIDTH - MARGIN - 12 - CELL * len(drawn)
    first_row = top + 130
    height = first_row + ROW * len(drawn) + 30
    body = [
        f'<text class="title" x="{MARGIN}" y="26">The way of a story</text>',
        *way,
        f'<text class="title" x="{MARGIN}" y="{top}">The layers: a folder imports only folders below it</text>',
        f'<text class="small" x="{MARGIN}" y="{top + 20}">A dot: the folder of the row imports the folder of the '
        "column. There is none left of the grey diagonal.</text>",
        *_matrix(drawn, pairs, left, first_row),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'aria-label="The way of a story through the folders, and which folder imports which">',
            "<!-- Made by `make architecture` from the code; do not edit. -->",
            f"<style>{STYLE}</style>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )


def _way(top: int) -> Iterator[str]:
    gap, step = 18, (WIDTH - 2 * MARGIN + 18) / STAGES_A_ROW
    for index, (stage, places) in enumerate(WAY):
        row, column = divmod(index, STAGES_A_ROW)
        x, y = MARGIN + column * step, top + row * (STAGE + gap)
        yield f'<rect class="box" x="{x:.0f}" y="{y}" width="{step - gap:.0f}" height="{STAGE}" rx="6"/>'
        yield f'<text x="{x + 10:.0f}" y="{y + 20}" font-weight="600">{index + 1}. {escape(stage)}</text>'
        for line, place in enumerate(places):
            yield f'<text class="mono" x="{x + 10:.0f}" y="{y + 37 + 15 * line}">{escape(place)}</text>'
        if column + 1 < STAGES_A_ROW and index + 1 < len(WAY):
            end = x + step - 2
            yield (f'<path class="arrow" d="M{end - gap + 3:.0f} {y + STAGE // 2} H{end:.0f} m-5 -4 l5 4 l-5 4"/>')


def _matrix(drawn: Sequence[Layer], pairs: set[tuple[str, str]], left: int, top: int) -> Iterator[str]:
    for column, layer in enumerate(drawn):
        x = left + CELL * column + CELL // 2 + 4
        yield (
            f'<text class="mono" x="{x}" y="{top - 8}" transform="rotate(-60 {x} {top - 8})">'
            f"{escape(layer.name.removeprefix('mtcrawler.'))}</text>"
        )
    for row, layer in enumerate(drawn):
        y = top + ROW * row
        if row == 0 or drawn[row - 1].rank != layer.rank:
            yield f'<path class="line" d="M{MARGIN} {y} H{WIDTH - MARGIN}"/>'
        rooms = f' <tspan class="mono" font-weight="400">{" · ".join(layer.rooms)}</tspan>' if layer.rooms else ""
        yield f'<text class="name" x="{MARGIN}" y="{y + 16}">{escape(layer.path)}{rooms}</text>'
        sentence = escape(shorten(layer.sentence, LONGEST, placeholder=" …"))
        yield f'<text class="small" x="{MARGIN}" y="{y + 31}">{sentence}</text>'
        for column, other in enumerate(drawn):
            x, middle = left + CELL * column + CELL // 2, y + ROW // 2
            if row == column:
                yield f'<rect class="self" x="{x - 8}" y="{middle - 8}" width="16" height="16" rx="3"/>'
            elif (layer.name, other.name) in pairs:
                yield (
                    f'<circle class="import" cx="{x}" cy="{middle}" r="5">'
                    f"<title>{escape(layer.path)} imports {escape(other.path)}</title></circle>"
                )


def main() -> None:
    """Write the drawing of the code as it is now."""
    drawn = layers()
    whole_files.put(DRAWING, drawing(drawn, imports(drawn)).encode(), durable=False)


if __name__ == "__main__":
    main()
