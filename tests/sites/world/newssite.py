"""One site: every address it has, and the page at each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from html import escape
from random import Random
from typing import Any, Final

from tests.sites.world.declaring import head_of, title_of
from tests.sites.world.languages import ascii_of, language
from tests.sites.world.layouts import Layout
from tests.sites.world.stories import Story, written
from tests.sites.world.themes import theme

PART: Final = 4
"""Paragraphs of each part of an article that is cut up."""
LONG: Final = 9
"""Blocks from which one is."""


@dataclass(frozen=True)
class Answer:
    """What is answered: a body and its type, or where else to go."""

    body: str = ""
    kind: str = "text/html"
    status: int = 200
    to: str = ""


Page = Callable[[], Answer]


class NewsSite:
    """The site of a layout, at home on `origin`; `pages` are what it has, by host and by path with query."""

    def __init__(self, layout: Layout, port: int) -> None:
        self.layout, self.port = layout, port
        self.words, self.theme = language(layout.language), theme(layout.skin)
        self.origin = self.at(layout.own_host)
        self.name = layout.name.replace("-", " ").title()
        self.random = Random(f"site {layout.name}")
        single = "yoast" in layout.declares
        self.stories = [
            replace(one, authors=one.authors[:1]) if single else one for one in written(layout.name, layout.habits)
        ]

    def at(self, host: str) -> str:
        """The origin of a host."""
        return f"http://{host}:{self.port}"

    def path(self, story: Story) -> str:
        """Where a story stands."""
        at, number = story.at, self.layout.first + 37 * (100 - story.number)
        return self.layout.address.format(
            slug=story.slug,
            id=number,
            section=story.section[0],
            year=at.year,
            month=f"{at.month:02}",
            day=f"{at.day:02}",
        )

    def home_of(self, story: Story) -> str:
        """The origin that a story is at home on: a section may have a host of its own."""
        own = self.layout.has("host:sport") and story.section[0] == "sport"
        return self.at(f"sport.{self.layout.own_host.removeprefix('www.')}") if own else self.origin

    def url(self, story: Story) -> str:
        """The whole address of a story."""
        return self.home_of(story) + self.path(story)

    def link(self, story: Story) -> str:
        """As the site's own pages link to it."""
        return self.url(story) if self.layout.absolute else self.path(story)

    def section(self, name: str) -> str:
        """Where a section's list stands."""
        return self.layout.section.format(section=name)

    @cached_property
    def common(self) -> dict[str, Any]:
        """What every page shows."""
        layout = self.layout
        links = [*self.words.sections.items()]
        nav = [{"url": self.section(slug), "name": escape(name)} for slug, name in links]
        nav.append({"url": "/topic/the-new-bridge", "name": self.words.labels["topic"]})
        nav.append({"url": "/about", "name": self.words.labels["about"]})
        return {
            **{f"l_{name}": escape(text) for name, text in self.words.labels.items()},
            "lang": layout.language,
            "dir": self.words.direction,
            "site_name": self.name,
            "nav": "".join(self.theme.make("nav_item", **one) for one in nav),
        }

    def line(self, story: Story) -> dict[str, Any]:
        """What lists say of a story."""
        media = self.origin + (story.picture.path if story.picture else "/media/none.jpg")
        return {
            **self.common,
            "url": self.link(story),
            "title": escape(story.headline),
            "summary": escape(story.summary),
            "image": media.replace(".jpg", "-300x200.jpg"),
            "section": escape(story.section[1]),
            "section_url": self.section(story.section[0]),
            "author": escape(story.authors[0]),
            "author_url": self.person(story.authors[0]),
            **self.when(story.at),
        }

    def when(self, at: datetime) -> dict[str, str]:
        """A moment, in the ways that pages show it."""
        return {
            "iso": at.isoformat(),
            "utc": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "updated": at.isoformat(),
            "isoday": f"{at:%Y-%m-%d}",
            "dotted_day": f"{at:%d.%m.%Y}",
            "dotted": f"{at:%Y.%m.%d}",
            "day": self.words.day(at),
            "clock": f"{at:%H:%M}",
        }

    def person(self, name: str) -> str:
        """Where an author's list stands."""
        return self.layout.person.format(slug=ascii_of(name) or f"writer-{self.words.people.index(name)}")

    def tag(self, name: str) -> str:
        """Where a tag's list stands."""
        return self.layout.tag.format(slug=ascii_of(name) or f"t{sum(map(ord, name))}")

    def story_values(self, story: Story) -> dict[str, Any]:
        """What a story's page shows beside its body."""
        make, each = self.theme.make, self.theme.each
        common, values, random = self.common, self.line(story), Random(f"comments {self.name} {story.number}")
        others = [one for one in self.stories if one is not story]
        near = Random(f"near {story.slug}").sample(others, 4)
        people = [{"name": escape(one), "url": self.person(one), "slug": ascii_of(one)} for one in story.authors]
        tags = each("tag", ({**common, "name": escape(tag), "url": self.tag(tag)} for tag in story.tags))
        told = [
            {**common, "name": name, "text": escape(self.words.paragraph(random)), **self.when(story.at)}
            for name in (self.words.people[-1], self.words.people[-2])
        ]
        comments = make("comments", items=each("comment", told), **common) if self.layout.has("comments") else ""
        values |= {
            "id": self.layout.first + story.number,
            "kind": "post",
            "self": self.url(story),
            "url": self.url(story),
            "previous": self.link(near[3]),
            "previous_title": escape(near[3].headline),
            "editor": escape(self.words.people[-3]),
            "byline": make("byline", items=each("author", people), **common),
            "date": make("date", **{**values, "self": self.url(story)}),
            "tags": make("tags", **{**values, "items": tags}),
            "comments": comments,
            "newsletter": make("newsletter", **common) if self.layout.has("newsletter") else "",
            "related": make("related", **{**common, "items": each("related_item", map(self.line, near[:3]))}),
            "most_read": self.rail(),
            "data": self._data(story),
        }
        for part in ("crumbs", "share", "bio", "cookie"):
            values[part] = make(part, **{**values, "url": self.url(story)})
        if story.picture:
            photo, media = story.picture, self.origin + story.picture.path
            values["lead"] = self.theme.picture("lead", media, photo.caption, photo.credit, common["l_photo"])
        return values

    def rail(self) -> str:
        """The stories that stand beside everything."""
        rows = [self.line(one) for one in self.stories[1:6]]
        return self.theme.make("most_read", **{**self.common, "items": self.theme.each("most_read_item", rows)})

    def _data(self, story: Story) -> str:
        """What a framework leaves in the page for its scripts."""
        people = [{"name": name} for name in story.authors]
        article = {
            "title": story.headline,
            "body": story.blocks,
            "publishedAt": story.at.isoformat(),
            "authors": people,
        }
        told = {"props": {"pageProps": {"article": article}}, "page": "/article/[slug]"}
        return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")

    def body(self, story: Story, blocks: list[dict[str, Any]], *, clutter: bool) -> str:
        """A body's blocks with what sites put between them."""
        common, made = self.common, []
        other = self.line(self.stories[(story.number + 5) % len(self.stories)])
        for at, block in enumerate(blocks):
            made.append(self.theme.block(block, self.origin, common["l_photo"]))
            if clutter and at == 1 and self.layout.has("also"):
                made.append(self.theme.make("also", **other))
            if clutter and at == 3 and self.layout.has("newsletter-inside"):
                made.append(self.theme.make("newsletter_inside", **common))
        return "\n".join(made)

    def parts_of(self, story: Story) -> list[list[dict[str, Any]]]:
        """The blocks of each page that an article is cut into; mostly one."""
        blocks = list(story.blocks)
        if not self.layout.has("multi") or len(blocks) < LONG:
            return [blocks]
        return [blocks[at : at + PART + 2] for at in range(0, len(blocks), PART + 2)]

    def article(self, story: Story, number: int = 1) -> Answer:
        """The page of a story, or one of its parts."""
        values, parts = self.story_values(story), self.parts_of(story)
        ways = [self._part(story, one) for one in range(1, len(parts) + 1)]
        if len(parts) > 1:
            numbers = "".join(f'<a class="post-page-numbers" href="{way}">{at}</a> ' for at, way in enumerate(ways, 1))
            values["parts"] = self.theme.make("parts", **{**values, "items": numbers})
        if number > 1:
            values["lead"] = ""
        values["body"] = self.body(story, parts[number - 1], clutter=number == 1)
        if self.layout.has("live") and story.number == 2:
            from tests.sites.world.others import live  # noqa: PLC0415

            values["body"], extra = live(self, story)
        else:
            extra = ""
        url = self.url(story)
        told = head_of(self.layout, self.name, story, url, self.origin, self.origin + self.section(story.section[0]))
        if self.layout.has("amp"):
            told.append(f'<link rel="amphtml" href="{self.amp(story)}">')
        head = title_of(self.layout, self.name, story.headline, [*self.feed_links(), *told, extra])
        shown = "shell" if self.layout.has("shell") else "article"  # whose scripts write the article
        return self.page(self.theme.make(shown, **values), head, values)

    def _part(self, story: Story, number: int) -> str:
        return self.path(story) + (self.layout.parts.format(n=number) if number > 1 else "")

    def amp(self, story: Story) -> str:
        """Where its AMP form stands."""
        bare = self.layout.own_host.removeprefix("www.")
        return (self.at(f"amp.{bare}") if self.layout.has("host:amp") else self.origin + "/amp") + self.path(story)

    def feed_links(self) -> list[str]:
        """The links by which a head names the feed."""
        layout = self.layout
        if not layout.feed or not layout.feed_declared:
            return []
        kind = "application/atom+xml" if layout.feed_kind == "atom" else "application/rss+xml"
        return [f'<link rel="alternate" type="{kind}" title="{self.name}" href="{escape(layout.feed)}">']

    def page(self, main: str, head: str, values: dict[str, Any]) -> Answer:
        """A page around what it holds."""
        marks = self.theme.make("marks", **values)  # by which a system is told
        around = {
            **self.common,
            "body_class": self.theme.make("body_class") or "page",
            "cookie": self.theme.make("cookie", **self.common),
            **values,
        }
        around |= {"main": main, "head": f"{head}\n{marks}"}
        around |= {part: self.theme.make(part, **around) for part in ("header", "footer")}
        return Answer(self.theme.make("page", **around).lstrip())

    @cached_property
    def pages(self) -> dict[tuple[str, str], Page]:
        """Everything it has."""
        from tests.sites.world.lists import lists_of  # noqa: PLC0415
        from tests.sites.world.others import others_of  # noqa: PLC0415
        from tests.sites.world.sources import sources_of  # noqa: PLC0415

        found: dict[tuple[str, str], Page] = {}
        for story in self.stories:
            for number in range(1, len(self.parts_of(story)) + 1):
                place = (self.home_of(story).split("/")[2].partition(":")[0], self._part(story, number))
                found[place] = partial(self.article, story, number)
        for path, page in self._own(lists_of(self), sources_of(self)):
            found[self.layout.own_host, path] = page
        found.update(others_of(self))
        return found

    def _own(self, *groups: dict[str, Page]) -> Iterator[tuple[str, Page]]:
        for group in groups:
            yield from group.items()
