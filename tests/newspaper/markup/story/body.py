"""The body of a story as markup, block by block, with the advertisement that stands in the second block."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.newspaper import blocks as b
from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.text import esc, lines

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Photo


def body(paper: Paper, blocks: tuple[b.Block, ...], *, ads: bool = True, between: str = "", top: str = "") -> str:
    """The blocks of a story; `between` is markup the publisher left among the paragraphs, `top` before the first."""
    host = _host(blocks) if between else None
    made = []
    for place, block in enumerate(blocks):
        name = b.TYPE_NAMES[type(block)]
        inner = _html(block, between) if place == host and isinstance(block, b.Html) else _block(paper, block)
        ad = (_ad(paper, ("sm", "md", "lg", "xl")) + _ad(paper, ("xs",))) if ads and place == 1 else ""
        made.append(
            f'<div data-id="article-block-type"\n\t\t\tclass="article__block article__block--{name} '
            f'article__block--column ">\n{"" if place else top}{inner}\n{ad}</div>\n'
        )
    if between and host is None:
        made.insert(min(1, len(made)), between)
    return "".join(made)


def _host(blocks: tuple[b.Block, ...]) -> int | None:
    """Which block has room for something between its paragraphs."""
    return next(
        (place for place, block in enumerate(blocks) if isinstance(block, b.Html) and len(block.pieces) > 2), None
    )


def _html(block: b.Html, between: str) -> str:
    middle = len(block.pieces) // 2
    return "\n".join((*map(piece, block.pieces[:middle]), between, *map(piece, block.pieces[middle:])))


def _block(paper: Paper, block: b.Block) -> str:
    match block:
        case b.Html():
            return "\n".join(map(piece, block.pieces))
        case b.Header():
            return f"<h2>{esc(block.title)}</h2>"
        case b.PullQuote():
            cite = f"\n\t<cite>– {lines(block.by)}</cite>" if block.by else ""
            return f'<blockquote class="article__quote">\n\t{lines(block.text)}\n</blockquote>{cite}'
        case b.Box():
            texts = "".join(f"<p>{lines(text)}</p>" for text in block.paragraphs)
            return f'<div class="article__aside">\n\t{texts}\n</div>'
        case b.Picture():
            return _picture(paper, block)
        case b.Slides():
            return _slides(paper, block)
        case b.Foreign():
            return f'<div class="article__embed" y-use="Embed">\n\t{block.html}\n</div>'
        case b.Related():
            return related(paper, block)
        case b.Pointer():
            return _pointer(block)
        case b.Signup():
            return newsletter(paper)


def piece(piece: b.Piece) -> str:
    """A part of running text."""
    match piece:
        case b.Para():
            return f"<p>{_marked(piece)}</p>"
        case b.Subhead():
            return f"<h{piece.level}>{esc(piece.text)}</h{piece.level}>"
        case b.Bullets():
            return _list(piece)
        case b.Cells():
            head = "".join(f"<th>{esc(cell)}</th>" for cell in piece.head)
            rows = "".join(f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in row)}</tr>" for row in piece.rows)
            return f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{rows}</tbody></table>"
        case b.Cited():
            cite = f"<cite>{esc(piece.cite)}</cite>" if piece.cite else ""
            return f"<blockquote><p>{lines(piece.text)}</p>{cite}</blockquote>"
        case b.Loose():
            return lines(piece.text)
        case b.Boxed():
            return f"<div>{lines(piece.text)}</div>"
        case b.Raw():
            return piece.html


def _marked(para: b.Para) -> str:
    text = lines(para.text)
    for mark in para.marks:
        href = f' href="{esc(mark.href)}"' if mark.href else ""
        text = text.replace(esc(mark.phrase), f"<{mark.tag}{href}>{esc(mark.phrase)}</{mark.tag}>", 1)
    return text


def _list(bullets: b.Bullets) -> str:
    tag = "ol" if bullets.ordered else "ul"
    items: list[str] = []
    for item in bullets.items:
        if isinstance(item, b.Bullets):
            items[-1] += _list(item)
        else:
            items.append(esc(item))
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def _picture(paper: Paper, block: b.Picture) -> str:
    photo, link = block.photo, block.link
    before, after = (
        (f'<a href="{esc(link if link.startswith("http") else f"https://{link}")}">', "</a>") if link else ("", "")
    )
    words = f"{esc(photo.caption)} {esc(photo.credit)}"
    alt = f' alt="\n\t\t{words}\n\t"' if words.strip() else ""
    image = f'{before}<img src="{paper.addresses.image(photo, "1360")}"{alt} />{after}'
    return f'<figure class="article__image">\n\t{image}\n\t{_legend(photo, "article__image")}</figure>'


def _legend(photo: Photo, name: str) -> str:
    if not photo.caption and not photo.credit:
        return ""
    caption = f'<span class="{name}__caption">{esc(photo.caption)}</span>' if photo.caption else ""
    credit = f'<span class="{name}__credits">{esc(photo.credit)}</span>' if photo.credit else ""
    return f"<figcaption>{caption}\n{credit}</figcaption>\n"


def _slides(paper: Paper, block: b.Slides) -> str:
    slides = "".join(
        '<div class="slider__slide" y-name="slide">\n'
        f'<a href="{paper.addresses.image(photo, "1360")}" y-name="lightbox" '
        f'title="{esc(photo.caption)}&nbsp;&nbsp;{esc(photo.credit)}">\n'
        f'<div class="slider__slide-inner "><img src="{paper.addresses.image(photo, "1920")}"  /></div>\n'
        f"{_legend(photo, 'article__images')}</a>\n</div>\n"
        for photo in block.photos
    )
    return (
        '<div class="article__images">\n<div class="slider slider--fixed-size" y-use="Slider" data-fixed-size="true">\n'
        f'{slides}<div class="slider__nav" y-name="navigation"><a class="slider__previous" y-name="previous">'
        '<i class="fa fa-chevron-left"></i></a><a class="slider__next" y-name="next">'
        '<i class="fa fa-chevron-right"></i></a></div>\n</div>\n</div>'
    )


def related(paper: Paper, block: b.Related) -> str:
    """The box that leads to another story, with the address templates make of a slug alone."""
    labels = LABELS[paper.edition]
    return (
        '<aside class="article__related-article">\n'
        f'<span class="label related-article__label label--default">{labels["news"]}</span>\n'
        f'<a data-id="in-article-block" class="related-article__inner" href="{paper.addresses.undated(block.slug)}" '
        f'title="{esc(block.headline)}">\n<h3 class="related-article__title">\n{esc(block.headline)}\n</h3>\n'
        f'<span class="related-article__cta">{labels["read_more"]}</span>\n</a>\n</aside>'
    )


def _pointer(block: b.Pointer) -> str:
    about = f'<div class="article__link__description">\n{esc(block.description)}\n</div>\n' if block.description else ""
    return (
        f'<div class="article__link">\n<a href="{esc(block.url)}" target="_blank"  title="{esc(block.title)}">\n'
        f'{about}<h3 class="article__link__title">{esc(block.title)}</h3>\n</a>\n</div>'
    )


def newsletter(paper: Paper) -> str:
    """The newsletter form, as a block and as what the script puts before the last paragraph."""
    labels = LABELS[paper.edition]
    return (
        f'<div class="article__newsletter">\n<h6 class="label newsletter__label">{labels["newsletter"]}</h6>\n'
        f'<p class="newsletter__text">{labels["newsletter_text"]} <a href="{paper.addresses.page("/newsletters")}">'
        f"{labels['preview']}</a></p>\n"
        f'<div y-use="Newsletter" data-url="{paper.addresses.page("/newsletter")}">\n'
        f'<input type="text" placeholder="{labels["email"]}" y-name="email" class="mb-1" />\n'
        f'<button class="button button--color-2" y-name="submit">{labels["submit"]}</button>\n'
        f'<span class="newsletter__terms">{labels["newsletter_terms"]}</span>\n'
        '<div class="" y-name="error" style="display:none"></div>\n'
        f'<div class="" y-name="done" style="display:none">{labels["thanks"]}</div>\n</div>\n</div>'
    )


def _ad(paper: Paper, viewports: tuple[str, ...]) -> str:
    pool = [{"type": "html", "html": f"<span class='ad'>{LABELS[paper.edition]['advertisement']}</span>", "href": "#"}]
    return (
        '<section y-name="banner"><div class="align-center" style="line-height: 0"><div style="margin: 0 auto;">'
        f'<div y-use="Banner" data-pool="{esc(json.dumps(pool, ensure_ascii=False))}" '
        f'data-viewports="{esc(json.dumps(viewports))}"></div></div></div></section>\n'
    )
