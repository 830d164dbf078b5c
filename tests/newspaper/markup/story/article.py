"""The page of a dated or archived story, and the container that holds the story on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup import support
from tests.newspaper.markup.excerpts import cluster, label, sidebar
from tests.newspaper.markup.head import story_seo
from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.shell import page
from tests.newspaper.markup.story.body import body, newsletter
from tests.newspaper.markup.story.byline import byline, excerpt, names, portraits, social, stamp
from tests.newspaper.markup.story.gallery import gallery
from tests.newspaper.markup.text import esc, lines

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Photo, Story

PLUS = """<div class="campaign__header campaign__header--style-2">
	<div class="campaign__plus campaign__plus--advertorial">
		<div class="plus__wrapper plus">MT<sup class="plus__sub">+</sup></div>
	</div>
	<div class="campaign__disclaimer">
		<strong>MT<sup>+</sup> is branded content of The Moscow Times.</strong><br />{paid}
	</div>
</div>
"""


def article_page(paper: Paper, story: Story, following: Story | None) -> str:
    """The whole page; `following` is the story that scrolling down brings in."""
    full = " article-item--full-header" if story.kind in {"video", "gallery"} else ""
    main = f"""{support.modal(paper)}

<article y-use="article.IsIntersecting">

	{gtm(story)}

	{gallery(paper, story, following) if story.kind == "gallery" else _container(paper, story, following)}

	<!-- Article billboard bottom -->
	{cluster(paper, story)}
	{support.bar(paper)}
	<!-- sticky_article_billboard_bottom -->

</article>

{_next(paper, following)}"""
    padding = f'<script type="application/json">"{"0" * story.padding}"</script>' if story.padding else ""
    return page(paper, story_seo(paper, story), main, body_class=f"article-item{full}", extra=padding)


def gtm(story: Story) -> str:
    """What the tag manager reads: the mark of the desk and the publisher's word for the kind of page."""
    flag = "ukraine_war" if "ukraine_war" in story.flags else "news"
    return (
        f'<div class="gtm-section gtm-type" data-section="{flag}"\n\t\tdata-type="{story.type}">\n'
        "\t\t<!-- Google Tag Manager places Streamads based on these classes -->\n\t</div>"
    )


def attributes(paper: Paper, story: Story, following: Story | None) -> str:
    """The data attributes of a story's container."""
    return (
        f'id="article-id-{story.number}"\n\t\tdata-page-id="{story.number}" '
        f'data-next-id="{following.number if following else ""}"\n\t\t'
        f'data-article-url="{esc(paper.addresses.story(story))}"\n\t\tdata-article-title="{esc(story.headline)}"'
    )


def _container(paper: Paper, story: Story, following: Story | None) -> str:
    return f"""<div class="container article-container" {attributes(paper, story, following)}>
		{inside(paper, story)}
	</div>"""


def inside(paper: Paper, story: Story, *, raw: bool = False) -> str:
    """What stands in the container: the story and, beside it, the tabs; a raw one goes without the banner for gifts."""
    return f"""{video(story) if story.video else ""}
		<div class="row-flex gutter-2">
			<div class="col">
				{PLUS.format(paid=LABELS[paper.edition]["paid"]) if story.sponsored else ""}
				<article class="article article--{"ukraine_war" if "ukraine_war" in story.flags else "news"}">
					<header class="article__header ">
						{label(paper, story, "article") if story.kind in {"opinion", "analysis"} else ""}
						<h1><a href="{paper.addresses.dated(story)}">{esc(story.headline)}</a>
						</h1>
						<h2>{esc(story.subtitle)}</h2>
					</header>

					{_byline(paper, story)}

					{_intro(story)}
					{_top(paper, story)}

					<div class="article__content-container">
						<div class="article__content" y-name="article-content">
							{_text(paper, story, raw=raw)}
							{newsletter_template(paper)}
						</div>
						{_after(paper, story)}
						<div class="article__bottom">
						</div>
						{_banner(paper)}
						{tags(paper, story)}
						<div class="hidden-md-up">
						</div>
						{"" if raw else support.banner(paper)}
						{social(paper, story)}
					</div>

				</article>
			</div>

			{sidebar(paper)}
		</div>"""


def _byline(paper: Paper, story: Story) -> str:
    details = f"""{portraits(paper, story)}
				<div class="byline__details__column">
					<div class="byline__author">
						{names(paper, story)}
					</div>
					{stamp(story)}
				</div>"""
    return byline(paper, story, details, "byline--opinion" if story.kind == "opinion" else "")


def _intro(story: Story) -> str:
    return f'<div class="article__intro">\n{lines(story.intro)}\n</div>' if story.intro else ""


def _top(paper: Paper, story: Story) -> str:
    if story.kind == "podcast" and story.audio:
        player = f'<iframe src="{esc(story.audio)}" width="100%" height="180" frameborder="no" scrolling="no"></iframe>'
        return f'<div class="mb-3">\n{player}\n</div>'
    if story.photo is None or story.video:
        return ""
    return featured(story.photo, paper.addresses.image(story.photo, "article_1360", archived=story.archived))


def featured(photo: Photo, src: str) -> str:
    """The photo above the text."""
    caption = ""
    if photo.caption or photo.credit:
        caption = (
            '\n<figcaption class="">\n'
            '<span class="article__featured-image__caption featured-image__caption">\n'
            f"\t{esc(photo.caption)}\n</span>\n"
            '<span class="article__featured-image__credits featured-image__credits">\n'
            f"\t{esc(photo.credit)}\n</span>\n</figcaption>"
        )
    return f'<figure class="article__featured-image featured-image">\n<img src="{src}" />{caption}\n</figure>'


def video(story: Story) -> str:
    """The player above a video."""
    src = f"https://www.youtube.com/embed/{story.video}?autoplay=1&loop=1&rel=0&wmode=transparent"
    return f"""<figure class="videoheader" y-use="Youtube" data-video="{story.video}">
			<div class="videoplayer__aspect"></div>
			<div class="videoplayer" y-name="player">
				<iframe
					src="{src}"
					allowfullscreen="" wmode="Opaque" width="100%" height="100%" frameborder="0"></iframe>
			</div>
		</figure>"""


def _text(paper: Paper, story: Story, *, raw: bool) -> str:
    return body(paper, story.blocks, between="" if raw else support.inline(paper), top=_follow(paper, story))


def _follow(paper: Paper, story: Story) -> str:
    """The Russian service's line above the text that asks readers to follow it: a box, or plain paragraphs."""
    labels = LABELS[paper.edition]
    if not labels["telegram"]:
        return ""
    text, link = labels["telegram"], f'<a href="https://t.me/moscowtimes_ru" target="_blank">{labels["follow"]}</a>'
    if story.number % 2:
        return f"<p>{text}</p>\n<p>{link}</p>\n"
    return f'<div class="article__telegram"><p>{text}</p>{link}</div>\n'


def newsletter_template(paper: Paper) -> str:
    """The form a script will put before the last paragraph; until then it is text in a script."""
    return (
        '<div y-use="article.Newsletter">\n<script type="text/html" y-name="newsletter">\n'
        f"{newsletter(paper)}\n</script>\n</div>"
    )


def _banner(paper: Paper) -> str:
    labels = LABELS[paper.edition]
    return (
        '<div class="newsletterbanner newsletterbanner--landscape mb-3" y-use="newsletter.Banner" '
        'data-newsletter="newsletter">\n'
        f'<h4 class="newsletterbanner__title">{labels["newsletter"]}</h4>\n'
        f'<div class="newsletterbanner__teaser">{labels["newsletter_text"]} '
        f'<a href="{paper.addresses.page("/newsletterpreview/default")}" class="newsletterbanner__teaser__link">'
        f"{labels['preview']}</a></div>\n"
        f'<div class="newsletterbanner__inputs"><input type="email" placeholder="{labels["email"]}" y-name="email" />'
        f'<button class="newsletterbanner__button button" y-name="submit">{labels["submit"]}</button></div>\n'
        f'<span class="newsletterbanner__disclaimer"><em>{labels["newsletter_terms"]}</em></span>\n</div>'
    )


def _after(paper: Paper, story: Story) -> str:
    if story.kind != "opinion":
        return ""
    disclaimer = f'<div class="article__disclaimer">\n{LABELS[paper.edition]["disclaimer"]}\n</div>\n'
    return disclaimer + "".join(excerpt(paper, author) for author in story.bylines)


def tags(paper: Paper, story: Story) -> str:
    """What the story is about."""
    if not story.tags:
        return ""
    links = ", ".join(
        f'<a\n\thref="{paper.addresses.tag(tag)}"\n\tclass="tag article__tags__tag"\n\ttitle="{esc(tag.title)}"\n>\n'
        f"\t{esc(tag.title)}\n</a>\n"
        for tag in story.tags
    )
    return f'<div class="article__tags">\n{LABELS[paper.edition]["more_about"]}\n{links}</div>'


def _next(paper: Paper, following: Story | None) -> str:
    if following is None:
        return ""
    return (
        '<div class="container next-article-loader" id="load-next-article" y-use="article.InfiniteScroll"\n'
        f'\tdata-id="{following.number}" data-url="{paper.addresses.page("/all/{{id}}")}">\n'
        '\t<svg width="40px" height="40px" viewBox="0 0 40 40"><circle cx="20" cy="20" r="14" fill="none" '
        'stroke="#888" stroke-width="3" stroke-dasharray="60 30"/></svg>\n</div>'
    )
