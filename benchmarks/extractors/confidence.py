"""How far the confidence of an extractor can be trusted: what it said of pages, against how many of them were right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

RIGHT: Final = 0.9
"""F1 from which a text counts as right."""
SURE: Final = 0.9
"""The confidence that consumers filter by."""
_SIDE: Final = 320
_LEFT, _TOP, _BELOW = 46, 14, 40
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#999;stroke-width:1}.ideal{stroke:#999;stroke-dasharray:4 4}"
    ".line{fill:none;stroke:#1f5a96;stroke-width:2}.dot{fill:#1f5a96}"
)


class Told(NamedTuple):
    """What was said of a page, and the F1 of its text."""

    confidence: float
    f1: float


class Tenth(NamedTuple):
    """The pages of a tenth of confidence from `least` on: how many, their mean confidence, the share that is right."""

    least: float
    pages: int
    said: float
    right: float


def tenths(told: Sequence[Told]) -> list[Tenth]:
    """The pages by tenths of their confidence; those that hold none are left out."""
    found = []
    for number in range(10):
        inside = [one for one in told if min(9, int(one.confidence * 10 + 1e-9)) == number]
        if inside:
            found.append(
                Tenth(
                    number / 10,
                    len(inside),
                    sum(one.confidence for one in inside) / len(inside),
                    sum(one.f1 >= RIGHT for one in inside) / len(inside),
                )
            )
    return found


def sure_and_right(told: Sequence[Told]) -> tuple[float, float]:
    """The share of pages that were said to be sure, and of those the share that is right."""
    sure = [one for one in told if one.confidence >= SURE]
    return len(sure) / max(1, len(told)), sum(one.f1 >= RIGHT for one in sure) / max(1, len(sure))


def sure_table(sets: Mapping[str, Sequence[Told]]) -> str:
    """For each set, which share of its pages is said to be sure, and which share of these is right, in Markdown."""
    shares = {name: sure_and_right(told) for name, told in sets.items()}
    head = "| set | sure | of these right |\n|---|---|---|\n"
    return head + "".join(f"| {name} | {sure:.3f} | {right:.3f} |\n" for name, (sure, right) in shares.items())


def table(parts: Sequence[Tenth]) -> str:
    """The tenths as a table in Markdown."""
    head = "| confidence | pages | said on average | right |\n|---|---|---|---|\n"
    return head + "".join(
        f"| {one.least:.1f} to {one.least + 0.1:.1f} | {one.pages} | {one.said:.2f} | {one.right:.3f} |\n"
        for one in parts
    )


def drawing(parts: Sequence[Tenth]) -> str:
    """The reliability plot as SVG: a dot a tenth, larger where more pages are, and a line where all would be honest."""
    width, height = _LEFT + _SIDE + 14, _TOP + _SIDE + _BELOW
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'role="img" aria-label="Share of right texts by the confidence that was said of them">',
            "<!-- Made by `python -m benchmarks.extractors`; do not edit. -->",
            f"<style>{_STYLE}</style>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *_axes(),
            f'<path class="ideal" d="M{_x(0)} {_y(0)} L{_x(1)} {_y(1)}"/>',
            f'<polyline class="line" points="{" ".join(f"{_x(one.said)},{_y(one.right)}" for one in parts)}"/>',
            *(
                f'<circle class="dot" cx="{_x(one.said)}" cy="{_y(one.right)}" r="{2.5 + one.pages**0.5 / 5:.1f}">'
                f"<title>{one.pages} pages: said {one.said:.2f}, right {one.right:.3f}</title></circle>"
                for one in parts
            ),
            "</svg>\n",
        ]
    )


def _axes() -> Iterator[str]:
    yield f'<path class="axis" d="M{_x(0)} {_y(1)} V{_y(0)} H{_x(1)}" fill="none"/>'
    for fifth in range(6):
        value = fifth / 5
        yield f'<text x="{_x(value)}" y="{_y(0) + 16}" text-anchor="middle">{value:.1f}</text>'
        yield f'<text x="{_x(0) - 6}" y="{_y(value) + 4}" text-anchor="end">{value:.1f}</text>'
    middle = _y(0.5)
    yield f'<text x="{_x(0.5)}" y="{_y(0) + 34}" text-anchor="middle">confidence</text>'
    turned = f'text-anchor="middle" transform="rotate(-90 12 {middle})"'
    yield f'<text x="12" y="{middle}" {turned}>share of right texts</text>'


def _x(value: float) -> int:
    return round(_LEFT + value * _SIDE)


def _y(value: float) -> int:
    return round(_TOP + (1 - value) * _SIDE)
