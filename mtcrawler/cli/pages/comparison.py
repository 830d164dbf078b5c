"""One self-contained HTML page that shows a fetched page beside what was read off it; it loads and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from mtcrawler.cli.pages.verdicts import PageLine
from mtcrawler.model.article import Aside, Block, Embed, Heading, ImageBlock, ListBlock, Paragraph, Post, Quote, Table
from mtcrawler.model.printable import safe
from mtcrawler.pages.exchange import PageAnswer

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5em; color: #222; background: #fff }
h1 { font-size: 1.3em } table { border-collapse: collapse } td, th { padding: .1em .8em .1em 0; text-align: left;
vertical-align: top } main { display: grid; grid-template-columns: 1fr 1fr; gap: 2em } section { overflow-wrap:
anywhere } .line { margin: .25em 0; padding: .1em .5em; border-left: .4em solid } .text { background: #e4f5e4;
border-color: #2a8a2a } .field { background: #e6effb; border-color: #2a62b0 } .out { background: #f7e9e7; border-color:
#b5473a; color: #555 } .block { margin: .5em 0 } .sort { color: #777; font-size: .8em } img { max-width: 100%; border:
1px solid #ccc } .key span { margin-right: 1.5em }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def comparison(answer: PageAnswer, lines: Iterable[PageLine], fields: Iterable[tuple[str, str, str]]) -> str:
    """The page: fields as `(name, value, origin)`, each line coloured by what became of it, and the blocks."""
    reading = answer.reading
    table = "".join(
        f"<tr><th>{_text(name)}<td>{_text(value)}<td class=sort>{_text(how)}" for name, value, how in fields
    )
    marked = "".join(map(_line, lines))
    blocks = "".join(_block(block) for block in reading.body) or "<p>No body was found."
    pictures = "".join(
        f"<h3>{_text(picture.when)}: {_text(picture.name)}</h3>"
        f"<img alt='' src='data:image/png;base64,{escape(picture.png)}'>"
        for picture in answer.pictures
    )
    seen = (
        f"<section><h2>The view, before and after overlays were dismissed</h2>{pictures}</section>" if pictures else ""
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f'<meta http-equiv=Content-Security-Policy content="{_POLICY}">'
        f"<title>{_text(reading.headline or answer.url)}</title><style>{_STYLE}</style>"
        f"<h1>{_text(answer.url)}</h1><table>{table}</table>"
        "<p class=key><span class='line text'>in the text</span><span class='line field'>in another field</span>"
        "<span class='line out'>left out</span></p>"
        f"<main><section><h2>The page, line by line</h2>{marked}</section>"
        f"<section><h2>The body as read</h2>{blocks}</section></main>{seen}</html>\n"
    )


def _line(line: PageLine) -> str:
    sort = "text" if line.field == "text" else "field" if line.field else "out"
    told = f" <span class=sort>{_text(line.field)}</span>" if sort == "field" else ""
    return f"<div class='line {sort}'>{_text(line.text)}{told}</div>"


def _block(block: Block) -> str:
    return f"<div class=block><span class=sort>{_text(block.type)}</span> {' '.join(_inside(block))}</div>"


def _inside(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<b>{_text(block.text)}</b>"
        case Paragraph() | Aside() | Quote():
            yield _text(block.text)
            if isinstance(block, Quote) and block.cite:
                yield f"– {_text(block.cite)}"
        case ListBlock():
            items = (f"<li>{_text(one) if isinstance(one, str) else ' '.join(_inside(one))}" for one in block.items)
            yield f"<ul>{''.join(items)}</ul>"
        case Table():
            rows = ("".join(f"<td>{_text(cell)}" for cell in row) for row in block.rows)
            yield f"<table>{''.join(f'<tr>{row}' for row in rows)}</table>"
        case ImageBlock():
            yield _text(" / ".join(filter(None, (block.url, block.caption, block.credit))))
        case Embed():
            yield _text(f"{block.provider}: {block.url or 'no address'}")
        case Post():
            yield _text(f"{block.time:%Y-%m-%d %H:%M}")
            yield from map(_block, block.blocks)


def _text(text: str) -> str:
    return escape(safe(text)).replace("\n", "<br>")
