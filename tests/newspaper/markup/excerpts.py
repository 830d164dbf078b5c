"""Stories in lists: the excerpts of section pages, clusters and sidebars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup.head import teaser
from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.text import esc, shown
from tests.newspaper.newsroom.cast import section_of

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Story

ICONS = {"video": "fa-play", "gallery": "fa-camera", "podcast": "fa-microphone"}


def label(paper: Paper, story: Story, context: str) -> str:
    """The word above a headline; sponsored stories have none."""
    if story.sponsored:
        return ""
    labels, modifier = LABELS[paper.edition], section_of(story.flags)[0].replace("-", "_")
    text = section_of(story.flags)[1]
    if story.kind == "analysis":
        text, modifier = labels["analysis"], "opinion"
    elif story.kind == "opinion":
        text, modifier = labels["opinion"], "opinion"
    elif "indepth" in story.flags:
        text, modifier = labels["feature"], "indepth"
    elif "ukraine_war" in story.flags:
        text, modifier = labels["war"], "ukraine_war"
    elif story.kind == "live":
        text, modifier = labels["live"], "liveblog"
    return f'<span class="label {context}__label label--{modifier}">\n\t\t{esc(text)}\n\t</span>\n'


def default(paper: Paper, story: Story, *, lead: bool = False) -> str:
    """The excerpt of section pages, or the large one that leads them."""
    name = "article-excerpt-lead" if lead else "article-excerpt-default"
    url = paper.addresses.story(story)
    modifier = "primary" if lead else section_of(story.flags)[0].replace("-", "_")
    icon = (
        f'<div class="{name}__type-icon"><i class="fa {ICONS[story.kind]}"></i></div>\n' if story.kind in ICONS else ""
    )
    signed = "".join(
        f'<span class="{name}__author">{"&nbsp;and&nbsp;" if place else ""}{esc(byline.name)}</span>'
        for place, byline in enumerate(story.bylines if story.kind == "opinion" else ())
    )
    live = '<span class="wrap live-label-wrap"><span class="pulsating-icon"></span><span>LIVE |</span></span>\n'
    return (
        f'<div\n\tclass="{name} {name}--{modifier}"\n\tdata-url="{esc(url)}"\n\tdata-title="{esc(story.headline)}"\n>\n'
        f'<a href="{esc(url)}" class="{name}__link" title="{esc(story.headline)}">\n'
        f'<div class=" {name}__image-wrapper"><figure>\n{_image(paper, story)}\n{icon}</figure></div>\n'
        f'<div class="{name}__content">\n{label(paper, story, name)}{signed}'
        f'<h3 class="{name}__headline">\n{live if story.kind == "live" else ""}{esc(story.headline)}\n</h3>\n'
        f'<div class="{name}__teaser">{esc(teaser(story))}</div>\n'
        f'<div class="readtime">3&nbsp;{LABELS[paper.edition]["minutes"]}</div>\n</div>\n</a>\n</div>\n'
    )


def _image(paper: Paper, story: Story) -> str:
    if story.photo:
        return f'<img src="{paper.addresses.image(story.photo, "article_640", archived=story.archived)}" />'
    if story.images:
        return f'<img src="{paper.addresses.image(story.images[0], "article_640")}" />'
    return f'<img src="{paper.addresses.static}/img/article_default.jpg" />'


def tiny(paper: Paper, story: Story) -> str:
    """A line of the "Just in" list."""
    return (
        f'<div class="article-excerpt-tiny"><a href="{esc(paper.addresses.story(story))}" '
        f'title="{esc(story.headline)}" '
        f'data-track="just-in-link {esc(story.headline)}"><time class="article-excerpt-tiny__time  " '
        f'datetime="{story.published.isoformat()}" y-use="Timeago">{shown(story.published)}</time>'
        f'<h5 class="article-excerpt-tiny__headline ">{esc(story.headline)}</h5></a></div>'
    )


def sidebar(paper: Paper) -> str:
    """The tabs beside every page: most read, just in."""
    labels = LABELS[paper.edition]
    recent = [story for story in paper.regular if story.type in {"default", "gallery", "video"} and not story.sponsored]
    just_in = "".join(f'<li class="listed-articles__item">{tiny(paper, story)}</li>' for story in recent[:8])
    ranked = "".join(
        '<li class="ranked-articles__item"><div class="article-excerpt-ranked">'
        f'<a href="{esc(paper.addresses.story(story))}"><div class="article-excerpt-ranked__rank">{rank}</div>'
        f'<div class="article-excerpt-ranked__item"><h5 class="article-excerpt-ranked__headline">'
        f"{esc(story.headline)}</h5></div></a></div></li>"
        for rank, story in enumerate(recent[2:8], 1)
    )
    return f"""<div class="col-auto hidden-sm-down">
<aside class="sidebar">
<section class="sidebar__section" y-name="banner"><div class="banner"><div class="banner-inner"></div></div></section>
<div class="sidebar__sticky"><div class="tabs" y-use="Tabs" data-active="tabs__tab--active">
<section class="sidebar__section">
<div class="sidebar__section__header">
<div class="tabs__tab" y-name="tab" data-content="mostread">
<h3 class="tab__header header--style-3">{labels["most_read"]}</h3></div>
<div class="tabs__tab" y-name="tab" data-content="justin">
<h3 class="tab__header header--style-3">{labels["just_in"]}</h3></div>
</div>
<div class="tabs__content" y-name="content justin"><ul class="listed-articles">{just_in}</ul></div>
<div class="tabs__content" y-name="content mostread" style="display: none">
<ul class="ranked-articles">{ranked}</ul></div>
</section></div></div>
</aside>
</div>
"""


def cluster(paper: Paper, story: Story) -> str:
    """Four other stories below one."""
    others = [other for other in paper.regular if other.kind == story.kind] or list(paper.regular)
    if len(others) < 5 or story.type == "default":
        others = [other for other in paper.regular if set(other.flags) & set(story.flags)] or list(paper.regular)
    chosen = [other for other in others if other is not story][:4]
    columns = "".join(f'<div class="col-3 col-6-sm">\n{default(paper, other)}</div>\n' for other in chosen)
    return (
        '<div class="container">\n<section class="cluster">\n<div class="cluster__header">\n'
        f'<h2 class="cluster__label header--style-3">\n{LABELS[paper.edition]["read_more"]}\n</h2>\n</div>\n'
        f'<div class="row-flex">\n{columns}</div>\n</section>\n</div>\n'
    )
