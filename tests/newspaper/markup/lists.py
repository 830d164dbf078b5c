"""Pages that list stories: home, sections and their fragments, tags, authors, podcasts; and pages about nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup import support
from tests.newspaper.markup.excerpts import default, sidebar
from tests.newspaper.markup.head import page_seo
from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.shell import page
from tests.newspaper.markup.story.byline import excerpt
from tests.newspaper.markup.text import esc, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Byline, Story

CAMPAIGN_NOTE = "MT<sup>+</sup>"


def home(paper: Paper) -> str:
    """The front page: the newest stories, opinion, pictures, and what advertisers paid for."""
    stories = paper.regular
    opinion = [story for story in stories if story.kind == "opinion"][:6]
    pictures = [story for story in stories if story.kind in {"gallery", "video"}][:4]
    paid = [story for story in paper.stories if story.campaign]
    main = f"""<div class="container"><div class="row-flex"><div class="col">
<section class="cluster cluster--section-today "><div class="row-flex">
{_columns(paper, stories[:9], lead=True)}
</div></section>
<section class="cluster cluster--section-opinion">
<div class="cluster__header"><h2 class="cluster__label header--style-3">{LABELS[paper.edition]["opinion"]}</h2></div>
<div class="row-flex">{_columns(paper, opinion)}</div></section>
<section class="cluster cluster--section-meanwhile"><div class="row-flex">{_columns(paper, pictures)}</div></section>
<section class="cluster"><div class="plus">{CAMPAIGN_NOTE}</div>
<div class="row-flex">{_columns(paper, paid)}</div></section>
</div>
{sidebar(paper)}
</div></div>
{support.modal(paper)}"""
    return page(paper, page_seo(paper, LABELS[paper.edition]["tagline"], "/"), main, body_class="home")


def index(paper: Paper, title: str, path: str, stories: Sequence[Story]) -> str:
    """The first page of a list; the button for more starts at 19 and steps by 18, whatever the list."""
    main = f"""{support.modal(paper)}
<div class="container">
	<div class="row-flex">
		<div class="col">
			<section class="cluster cluster--section-articles mb-4">
				<div class="cluster__header"><h1 class="cluster__label">{esc(title)}</h1></div>
				<div class="row-flex">
{_columns(paper, stories, lead=True)}
					<div class="col-12" y-use="More"
						data-url="{paper.addresses.page(path)}/{{{{offset}}}}" data-start="19"
						data-step="18">
						<div class="align-center">
							<span title="View more articles" class="button">{LABELS[paper.edition]["view_more"]}</span>
						</div>
					</div>
				</div>
			</section>
		</div>
		{sidebar(paper)}
	</div>
</div>"""
    return page(paper, page_seo(paper, title, path), main, body_class="article-index")


def more(paper: Paper, stories: Sequence[Story]) -> str:
    """What the button for more loads: columns and nothing else, or nothing at all."""
    return _columns(paper, stories)


def author_page(paper: Paper, author: Byline, stories: Sequence[Story]) -> str:
    """Everything somebody signed, up to a hundred, on one page."""
    main = f"""<div class="container"><div class="cluster__header mb-3">
<h2 class="cluster__label header--style-3">{LABELS[paper.edition]["articles_by"]} {esc(author.name)}</h2></div></div>
<div class="container"><div class="row-flex"><div class="col">
<section class="cluster cluster--section-articles mb-4"><div class="row-flex">
{_columns(paper, stories[:100])}
</div></section></div>
<div class="col-auto"><aside class="sidebar">{excerpt(paper, author)}</aside></div>
</div></div>"""
    return page(paper, page_seo(paper, author.name, f"/author/{author.slug}"), main, body_class="author")


def podcasts(paper: Paper, shows: dict[Byline, list[Story]]) -> str:
    """The podcasts by who hosts them, five each."""
    items = "".join(
        f'<div class="col-6 cluster"><div class="cluster podcast-cluster"><div class="podcast-author">'
        f'<h3 class="header--style-3 mb-2">{esc(host.name)}</h3></div><div class="podcast-list">'
        + "".join(
            f'<div class="podcast-list__item"><time class="label label--color-3" '
            f'datetime="{story.published.isoformat()}" y-use="Timeago">{shown(story.published)}</time>'
            f'<a href="{esc(paper.addresses.story(story))}"><h5 class="header--style-5 mb-2">'
            f"{esc(story.headline)}</h5></a></div>"
            for story in stories[:5]
        )
        + "</div></div></div>"
        for host, stories in shows.items()
    )
    main = f"""<div class="container"><div class="row-flex"><div class="col">
<section class="cluster">{items}</section></div></div></div>"""
    return page(paper, page_seo(paper, "Podcasts", "/podcasts"), main, body_class="podcast-index")


def plain_page(paper: Paper, title: str, text: str, path: str) -> str:
    """A page of the house: about, privacy, contribute, search."""
    main = f"""<div class="container"><div class="row-flex gutter-2"><div class="col">
<article class="page"><header class="page__header "><h1>{esc(title)}</h1></header>
<div class="page__intro">{esc(text)}</div></article></div></div></div>"""
    return page(paper, page_seo(paper, title, path), main, body_class="page-item")


def oops(paper: Paper) -> str:
    """What a wrong address under a known route answers, with status 200."""
    main = f"""<div class="container">
  <div class="row-flex gutter-2"><div class="col">
    <article class="page">
      <header class="page__header ">
        <h1>Oops!</h1>
        <h2>{LABELS[paper.edition]["gone"]}</h2>
      </header>
      <div class="page__intro"><a href="/">The Moscow Times</a></div>
    </article>
  </div></div>
</div>"""
    return page(paper, "<title>The Moscow Times</title>", main, body_class="page-item")


def _columns(paper: Paper, stories: Sequence[Story], *, lead: bool = False) -> str:
    made = []
    for place, story in enumerate(stories):
        first = lead and place == 0
        css = "col-12 col-12-md col-12-sm" if first else "col-4 col-12-md col-4-sm"
        made.append(f'\t<div class="{css}">\n{default(paper, story, lead=first)}\t</div>\n')
    return "".join(made)
