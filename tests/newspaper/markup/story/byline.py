"""Who wrote it and when, and the icons for sharing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.text import esc, shown

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Byline, Story


def social(paper: Paper, story: Story) -> str:
    """Links for sharing, built from date and slug as for any story, and the link to the PDF."""
    url, title = paper.addresses.dated(story), esc(story.headline)
    icon = "social__icon social__icon--"
    return (
        '<div class="social">\n'
        f'<a href="https://www.facebook.com/sharer/sharer.php?u={url}" class="{icon}facebook" target="_blank" '
        'title="Share on Facebook"><i class="fa fa-brands fa-facebook"></i></a>\n'
        f'<a href="https://twitter.com/intent/tweet/?url={url}&text={title}" class="{icon}x-twitter" target="_blank" '
        'title="Share on Twitter"><i class="fa fa-brands fa-x-twitter"></i></a>\n'
        f'<a href="https://telegram.me/share/url?url={url}" class="{icon}telegram" title="Share on Telegram">'
        '<i class="fa fa-paper-plane"></i></a>\n'
        f'<a href="mailto:?subject=Shared: {title}&body=An article from The Moscow Times: {url}" class="{icon}email">'
        '<i class="fa fa-envelope"></i></a>\n'
        f'<a href="{url}/pdf" class="{icon}pdf"><i class="fa fa-file-pdf-o" title="Download as PDF"></i></a>\n</div>'
    )


def names(paper: Paper, story: Story, css: str = "byline__author__name") -> str:
    """The names above a story, joined as the templates join them."""
    labels, tags = LABELS[paper.edition], []
    for byline in story.bylines:
        if story.archived:
            tags.append(f'<span class="{css}">{esc(byline.name)}</span>')
        else:
            url, title = paper.addresses.author(byline), esc(byline.name)
            tags.append(f'<a href="{url}" class="{css}" title="{title}">{title}</a>')
    made, separator = "", "" if story.kind == "podcast" else labels["by"]
    for place, tag in enumerate(tags):
        made += separator + tag
        separator = ", " if len(tags) - place - 1 > 1 else labels["and"]
    return made


def portraits(paper: Paper, story: Story) -> str:
    """The faces beside the names; the archive has none."""
    if story.archived:
        return ""
    return "".join(
        f'<a href="{paper.addresses.author(byline)}" title="{esc(byline.name)}" class="byline__author__image-wrapper">'
        f'<img class="byline__author__image" src="{paper.addresses.image(byline.portrait, "thumb")}" /></a>\n'
        for byline in story.bylines
        if byline.portrait
    )


def stamp(story: Story) -> str:
    """The time of publication, or only that of the update where one shows."""
    time = story.updated if story.shows_update and story.updated else story.published
    return (
        f"{'Updated:' if story.shows_update else ''}\n"
        f'<time class="byline__datetime timeago"\n\tdatetime="{time.isoformat()}" y-use="Timeago">\n\t'
        f"{shown(time)}\n</time>"
    )


def byline(paper: Paper, story: Story, details: str, modifier: str = "") -> str:
    """The row with details on the left and sharing on the right."""
    return f"""<div class="article__byline byline {modifier} ">
	<div class="row-flex">
		<div class="col">
			<div class="byline__details">
{details}
			</div>
		</div>
		<div class="col-auto">
			<div class="byline__social">
				{social(paper, story)}
			</div>
		</div>
	</div>
</div>"""


def excerpt(paper: Paper, author: Byline) -> str:
    """The box about a columnist, twice: for small screens and for others."""
    if not author.bio and not author.handle:
        return ""
    url, name, bio = paper.addresses.author(author), esc(author.name), esc(author.bio)
    face = f'<img src="{paper.addresses.image(author.portrait, "320")}" />' if author.portrait else ""
    handle = author.handle.strip("@")
    twitter = (
        f'<a class="author-excerpt-SIZE__twitter" href="https://www.twitter.com/{handle}" target="_blank">'
        f'<i class="fa fa-twitter"></i>&nbsp;@{handle}</a>\n'
        if handle
        else ""
    )
    inner = (
        f'<h3 class="author-excerpt-SIZE__name">{name}</h3>\n'
        f'<span class="author-excerpt-SIZE__description">\n{bio}\n</span>\n'
    )
    large = f'<a class="" href="{url}" title="{name}">\n{inner}{face}</a>\n{twitter}'.replace("SIZE", "default")
    small = f'<a class="" href="{url}" title="{name}">\n{inner}</a>\n{twitter}'.replace("SIZE", "small")
    return (
        f'<div class="hidden-sm-up">\n<a class="" href="{url}" title="{name}">\n'
        f'<div class="author-excerpt-default">\n{large}</div>\n</a>\n</div>\n'
        f'<div class="hidden-xs">\n<div class="author-excerpt-small">\n<div class="row-flex ">\n'
        f'<div class="col-auto col-auto-xs"><div>{face}</div></div>\n<div class="col">'
        f'<div class="author-excerpt-small__content">\n{small}</div></div>\n</div>\n</div>\n</div>\n'
    )
