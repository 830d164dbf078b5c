"""A gallery's container: two contents, the first of them pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup import support
from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.story.body import body
from tests.newspaper.markup.story.byline import byline, names, portraits, social
from tests.newspaper.markup.text import esc, lines

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Photo, Story


def gallery(paper: Paper, story: Story, following: Story | None) -> str:
    """The container of a gallery. Its time has no zone and never shows an update; its headline is no link."""
    time = f"{story.published:%Y-%m-%d %H:%M:%S}"
    details = f"""{portraits(paper, story)}
				<div class="byline__details__column">
					<div class="byline__author">
						{names(paper, story, "article__author__name")}
					</div>
					<time class="byline__datetime timeago" datetime="{time}" y-use="Timeago">
						{story.published:%b %d, %Y - %I:%M %p}
					</time>
				</div>"""
    items = "".join(_item(paper, story, photo) for photo in story.images)
    intro = f'<div class="article__intro">\n{lines(story.intro)}\n</div>' if story.intro else ""
    links = ", ".join(
        f'<a href="{paper.addresses.tag(tag)}" class="tag article__tags__tag" title="{esc(tag.title)}">\n'
        f"{esc(tag.title)}\n</a>\n"
        for tag in story.tags
    )
    tags = f'<div class="article__tags">\n{LABELS[paper.edition]["more_about"]}\n{links}</div>' if links else ""
    return f"""<div
	class="container article-container"
	id="article-id-{story.number}"
	data-page-id="{story.number}"
	data-next-id="{following.number if following else ""}"
	data-article-url="{esc(paper.addresses.story(story))}"
	data-article-title="{esc(story.headline)}"
>
	<article class="article">
		<div class="article__content-container">
			<div class="article__content">
				<header class="article__header">
					<h1>{esc(story.headline)}</h1>
					<h2>{esc(story.subtitle)}</h2>
				</header>
				{byline(paper, story, details)}
				{intro}
				<div class="article__block article__block--full article__gallery">
{items}
				</div>
			</div>

			<div class="article__content">
				{body(paper, story.blocks, ads=False, between=support.inline(paper))}
			</div>

			<div id="newsletter-modal"></div>

			{tags}
			{social(paper, story)}
		</div>
	</article>
</div>"""


def _item(paper: Paper, story: Story, photo: Photo) -> str:
    aside = ""
    if photo.title or photo.caption or photo.credit:
        aside = (
            '<div class="gallery__item__aside">\n<div class="gallery__item__aside__content">\n'
            f'<h6 class="gallery__item__aside__content__title">{esc(photo.title)}</h6>\n'
            f'<div class="gallery__item__aside__content__caption">\n{lines(photo.caption)}\n</div>\n'
            f'<div class="gallery__item__aside__content__credits">\n{esc(photo.credit)}\n</div>\n</div>\n</div>\n'
        )
    return (
        f'<div\n\tclass="article__gallery__item"\n\tdata-article-url="{esc(paper.addresses.story(story))}"\n'
        f'\tdata-article-title="{esc(story.headline)}"\n\tdata-image-title="{esc(photo.title)}"\n'
        f'\tdata-image-caption="{esc(photo.caption)}"\n\tdata-image-credits="{esc(photo.credit)}"\n>\n'
        f'<img src="{paper.addresses.image(photo, "1360")}" />\n{aside}</div>\n'
    )
