"""A live blog: a page without posts, and the posts as the JSON its script asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.newspaper import blocks as b
from tests.newspaper.markup import support
from tests.newspaper.markup.excerpts import cluster, sidebar
from tests.newspaper.markup.head import story_seo
from tests.newspaper.markup.shell import page
from tests.newspaper.markup.story.article import tags
from tests.newspaper.markup.story.body import piece
from tests.newspaper.markup.story.byline import byline, excerpt, names, portraits, social
from tests.newspaper.markup.text import esc, shown

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Story

# What the script fills with a post and its blocks.
TEMPLATES = """<script type="text/html" y-name="post">
<div class="live-post" id="live-post-{{time}}" data-url="%(url)s" data-title="Entry - {{time | time}}">
<time class="live-post__date timeago" datetime="{{time}}" y-use="Timeago">{{time | time}}</time>
<div class="live-post__body" y-name="body"></div>
</div>
</script>
<script type="text/html" y-name="block-html">
<div class="article__block article__block--html live-block"></div>
</script>
<script type="text/html" y-name="block-article">
<div class="article__block article__block--article live-block">
<aside class="article__related-article"><a class="related-article__inner" href="{{ url }}" title="{{ title }}">
<h3 class="related-article__title">{{ title }}</h3><span class="related-article__cta">Read more</span></a></aside>
</div>
</script>
<script type="text/html" y-name="block-image">
<div class="article__block article__block--image live-block">
<figure class="article__image"><img src="{{ src }}" /></figure>
<figcaption><span>{{ caption }}</span><span>{{ credits }}</span></figcaption>
</div>
</script>
<script type="text/html" y-name="block-embed">
<div class="article__block article__block--embed live-block"><div class="article__embed" y-name="embed"></div></div>
</script>
<script type="text/html" y-name="block-link">
<div class="article__block article__block--link live-block">
<div class="article__link"><a href="{{ link.url }}" title="{{ link.title }}">
<div class="article__link__description">{{ description }}</div>
<h3 class="article__link__title">{{ link.title }}</h3></a></div>
</div>
</script>"""


def live_page(paper: Paper, story: Story) -> str:
    """The page of a live blog: author and time stand in a comment, the posts are not there yet."""
    url = paper.addresses.page(f"/live/{story.number}/{{{{from}}}}")
    hidden = f"""<!-- {portraits(paper, story)}
				<div class="byline__details__column">
					<div class="byline__author">
						{names(paper, story)}
					</div>
					<time class="byline__datetime">
						{shown(story.published)}
					</time>
				</div> -->"""
    main = f"""{support.modal(paper)}
<div class="container article-container">
	<div class="row-flex gutter-2">
		<div class="col">
			<article class="article article--{"ukraine_war" if "ukraine_war" in story.flags else "news"}">
				<header class="article__header ">
					<h1>{esc(story.headline)}</h1>
					<h2>{esc(story.subtitle)}</h2>
				</header>
				<div class="live-intro">
					<p>{esc(story.intro)}</p>
				</div>
				{byline(paper, story, hidden, "byline--style-2")}
				{support.inline(paper)}
				<div class="live-posts" y-name="article-content" y-use="Live"
					data-url="{url}"
					data-prevurl="{url}">
					{TEMPLATES % {"url": url}}
				</div>
				<div id="load-next" class="live-loader"></div>
				{"".join(excerpt(paper, author) for author in story.bylines)}
				<div class="article__bottom"></div>
				{tags(paper, story)}
				{social(paper, story)}
			</article>
		</div>
		{sidebar(paper)}
	</div>
</div>
{cluster(paper, story)}
{support.bar(paper)}"""
    return page(paper, story_seo(paper, story), main, body_class="article-item")


def posts_json(paper: Paper, story: Story, since: int) -> str:
    """The posts after a moment, in seconds since 1970, oldest first."""
    found = [post for post in story.posts if post.time.timestamp() > since]
    return json.dumps(
        [
            {
                "id": post.number,
                "time": post.time.isoformat(),
                "body": [_block(paper, block) for block in post.blocks],
            }
            for post in found
        ]
    )


def _block(paper: Paper, block: b.Block) -> dict[str, Any]:
    match block:
        case b.Html():
            return {"type": "html", "body": "\n".join(map(piece, block.pieces))}
        case b.Foreign():
            return {"type": "embed", "embed": block.html}
        case b.Pointer():
            link = {"url": block.url, "title": block.title}
            return {"type": "link", "link": link, "description": block.description}
        case b.Related():
            url = paper.addresses.undated(block.slug)
            return {"type": "article", "article": {"title": block.headline, "url": url}}
        case b.Picture():
            src = paper.addresses.image(block.photo, "article_960")
            image = {"src": src, "caption": block.photo.caption, "credits": block.photo.credit}
            return {"type": "image", "image": image}
    raise TypeError(f"a live post has no {type(block).__name__}")
