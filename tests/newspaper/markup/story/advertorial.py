"""An advertiser's page: no article container, and the campaign where the byline would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup import support
from tests.newspaper.markup.excerpts import default
from tests.newspaper.markup.head import page_seo, story_seo
from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.shell import page
from tests.newspaper.markup.story.article import PLUS, featured, video
from tests.newspaper.markup.story.body import body
from tests.newspaper.markup.story.byline import byline, stamp
from tests.newspaper.markup.text import esc, lines

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Campaign, Story


def _campaign_url(paper: Paper, campaign: Campaign) -> str:
    return paper.addresses.page(f"/plus/{campaign.slug}")


def advertorial_page(paper: Paper, story: Story) -> str:
    """The page of a piece that an advertiser wrote."""
    assert story.campaign is not None
    labels, campaign = LABELS[paper.edition], story.campaign
    url, title = _campaign_url(paper, campaign), esc(campaign.title)
    details = f"""<div class="byline__details__column">
					<div class="byline__author">
						{labels["brought"]}
						<a href="{url}" title="{title} " class="byline__author__name">
							{title}
						</a>
					</div>
					{stamp(story)}
				</div>"""
    photo = ""
    if story.photo and not story.video:
        photo = featured(story.photo, paper.addresses.image(story.photo, "article_1360"))
    others = [other for other in paper.stories if other.campaign == campaign and other is not story]
    full = " article-item--full-header" if story.video else ""
    main = f"""{support.modal(paper)}
<div class="container">
	{video(story) if story.video else ""}
	<div class="row-flex gutter-2">
		<div class="col">
			{PLUS.format(paid=labels["paid"])}
			<article class="article article--advertorial">
				{photo}
				<header class="article__header ">
					<h1>{esc(story.headline)}</h1>
					<h2>{esc(story.subtitle)}</h2>
				</header>
				{byline(paper, story, details, "byline--advertorial")}
				{f'<div class="article__intro">{lines(story.intro)}</div>' if story.intro else ""}
				<div class="article__content-container">
					<div class="article__content" y-name="article-content">
						{body(paper, story.blocks, ads=False, between=support.inline(paper))}
					</div>
					<div class="article__bottom"></div>
				</div>
			</article>
		</div>
		<div class="col-auto">
			<aside class="sidebar" style="">
				<h3 class="header--style-3 mb-2">
					{labels["more_from"]}
					{title}
				</h3>
				{"".join(default(paper, other) for other in others)}
			</aside>
		</div>
	</div>
</div>"""
    return page(paper, story_seo(paper, story), main, body_class=f"article-item{full}")


def campaign_page(paper: Paper, campaign: Campaign) -> str:
    """The page that lists an advertiser's pieces."""
    pieces = [story for story in paper.stories if story.campaign == campaign]
    main = f"""<div class="container">
	<div class="row-flex gutter-2">
		<div class="col-auto "><aside class="sidebar"><section class="sidebar__section campaign__header">
			<div class="campaign__plus plus">MT<sup class="plus__sub">+</sup></div>
			<div class="campaign__intro">{esc(campaign.about)}</div>
		</section></aside></div>
		<div class="col"><article class="campaign"><div class="row-flex">
			{"".join(default(paper, piece, lead=place == 0) for place, piece in enumerate(pieces))}
		</div></article></div>
	</div>
</div>"""
    return page(paper, page_seo(paper, campaign.title, f"/plus/{campaign.slug}"), main, body_class="campaign-item")
