"""The site: which answer every address has, known before the first request comes in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.newspaper.addresses import story_path
from tests.newspaper.markup import lists
from tests.newspaper.markup.shell import asset
from tests.newspaper.markup.story.advertorial import advertorial_page, campaign_page
from tests.newspaper.markup.story.article import article_page
from tests.newspaper.markup.story.fragment import amp, fragment
from tests.newspaper.markup.story.live import live_page, posts_json
from tests.newspaper.newsroom.cast import CAMPAIGNS, LISTS
from tests.newspaper.serving import feeds, weight
from tests.newspaper.serving.faults import BROKEN, FORBIDDEN, NOT_FOUND, ROBOTS, Answer, Faults, by_script, cut_short
from tests.newspaper.serving.pictures import landscape, pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.newspaper.markup.paper import Modal, Paper
    from tests.newspaper.story import Byline, Story

MODALS: tuple[Modal, ...] = ("classic", "overlay", "inline", "none")
NUMBERED = re.compile(r"-a(\d+)$")
HOUSE_PAGES = {"contribute": "Contribute", "search": "Search", "newsletters": "Newsletters", "account": "Account"}
RSS_SECTIONS = {
    "news": "news",
    "opinion": "opinion",
    "city": "city",
    "meanwhile": "meanwhile",
    "in-depth": "indepth",
    "arts-and-life": "city",
}
TYPES = {"videos": "video", "galleries": "gallery"}
NO_FAULTS = Faults()
FIRST_PAGE, NEXT_PAGE, TYPE_PAGE = 19, 18, 20


@dataclass
class Site:
    """Answers for one newspaper; `tdm_policy` is the address of terms for text and data mining, if it reserves that."""

    paper: Paper
    faults: Faults = NO_FAULTS
    tdm_policy: str | None = None
    gone: frozenset[int] = frozenset()  # the numbers of stories that were taken away
    heavy: bool = False  # story pages load what pages of today do (tests.newspaper.serving.weight)
    lean: bool = False  # pages are made anew for every request: those of thousands of stories fill the memory
    _made: dict[tuple[str, str], Answer] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.by_path = {story_path(story): story for story in self.paper.stories}
        regular = self.paper.regular
        self.by_number = {story.number: story for story in regular}
        self.by_slug = {story.slug: story for story in regular}
        self.following = dict(zip((story.number for story in regular), regular[1:], strict=False))
        self.listed = () if self.faults.empty else self.paper.stories
        self.papers: dict[str, Paper] = {modal: replace(self.paper, modal=modal) for modal in MODALS}
        self.files = feeds.sitemaps(self.paper.addresses, self.listed)
        self.routes: dict[str, Callable[[list[str], Paper], Answer]] = {
            "sitemap": self._sitemap,
            "rss": self._rss,
            "all": self._loose,
            "live": self._live,
            "archive": self._archive,
            "plus": self._plus,
            "tag": self._tag,
            "author": self._author,
            "articles": self._old,
            "photogalleries": self._old,
            "loop": lambda parts, paper: Answer.moved("/loop/b" if parts[1:] == ["a"] else "/loop/a"),
            "preview": lambda parts, paper: Answer.page("Preview no longer available"),
            "consent": lambda parts, paper: Answer.page(asset("consent.html")),
            "podcasts": lambda parts, paper: self._podcasts(paper),
            "page": self._house,
            "assets": lambda parts, paper: weight.file(parts[-1], paper.addresses),
            **dict.fromkeys(("image", "image_archive", "img", "og"), self._picture),
            **dict.fromkeys(HOUSE_PAGES, self._house),
            **dict.fromkeys(LISTS, self._section),
            **dict.fromkeys(TYPES, self._type),
        }

    def warm(self) -> None:
        """Make every page that crawls ask for, so that answering is only looking up."""
        if self.lean:
            return
        for target in self.targets():
            self.answer(target)

    def targets(self) -> Iterator[str]:
        """Paths of the pages there are: stories, their fragments, lists and feeds."""
        yield from ("/", ROBOTS, "/podcasts", "/rss/all", "/rss/yandex-news", "/rss/podcasts")
        yield from self.by_path
        yield from (f"/all/{number}" for number in self.by_number)
        yield from (f"/sitemap/{name}" for name in self.files)
        yield from (f"/rss/{name}" for name in RSS_SECTIONS)
        yield from (f"/{name}" for name in (*LISTS, *TYPES))

    def answer(self, target: str) -> Answer:
        """The answer to a GET of a target: path and query."""
        address = urlsplit(target)
        if self.faults.forbid and address.path != ROBOTS:
            return FORBIDDEN
        query = parse_qs(address.query)
        modal = query.get("modal", [self.paper.modal])[0]
        paper = self.papers.get(modal, self.paper)
        variant = f"{paper.modal}{'+amp' if 'amp' in query else ''}"
        key = (address.path, variant)
        if (made := self._made.get(key)) is not None:
            return made
        answer = self._amp(address.path, paper) if "amp" in query else self._route(address.path, paper)
        if answer.status == 200 and not self.lean:
            self._made[key] = answer
        return answer

    def _route(self, path: str, paper: Paper) -> Answer:
        parts = [part for part in path.split("/") if part]
        if not parts:
            return Answer.page(lists.home(replace(paper, stories=self.listed)))
        if path == ROBOTS:
            return Answer(feeds.robots(paper.addresses).encode(), content_type="text/plain; charset=UTF-8")
        if path == "/favicon.ico":
            return Answer(b"", 204)
        if path == "/.well-known/tdmrep.json" and self.tdm_policy:
            terms = [{"location": "/*", "tdm-reservation": 1, "tdm-policy": self.tdm_policy}]
            return Answer(json.dumps(terms).encode(), content_type="application/json")
        if len(parts) in {4, 5} and re.fullmatch(r"\d{4}/\d\d/\d\d", "/".join(parts[:3])):
            return self._dated(path, parts, paper)
        route = self.routes.get(parts[0])
        return route(parts, paper) if route else NOT_FOUND

    def _dated(self, path: str, parts: list[str], paper: Paper) -> Answer:
        if len(parts) == 5 and parts[4] != "pdf":
            return NOT_FOUND
        numbered = NUMBERED.search(parts[3])
        if numbered and int(numbered[1]) in self.gone:
            return NOT_FOUND
        story = self.by_number.get(int(numbered[1])) if numbered else self.by_slug.get(parts[3])
        if story is None:
            return Answer.page(lists.oops(paper))
        canonical = story_path(story)
        if len(parts) == 5:
            return Answer(pdf(story.headline), content_type="application/pdf")
        return self._story(story, paper) if path == canonical else Answer.moved(canonical)

    def _story(self, story: Story, paper: Paper) -> Answer:
        if story.campaign is not None:
            markup = advertorial_page(paper, story)
        elif story.kind == "live":
            markup = live_page(paper, story)
        else:
            markup = article_page(paper, story, self.following.get(story.number))
        answer = Answer.page(weight.weighed(markup, story.number, paper.addresses) if self.heavy else markup)
        if self.faults.scripted and story.published.date() < self.faults.scripted:
            answer = by_script(answer)
        return replace(answer, content_type=f"text/html; charset={story.declared}") if story.declared else answer

    def _loose(self, parts: list[str], paper: Paper) -> Answer:
        story = self._numbered(parts)
        return Answer.page(fragment(paper, story, self.following.get(story.number))) if story else BROKEN

    def _amp(self, path: str, paper: Paper) -> Answer:
        parts = [part for part in path.split("/") if part]
        if parts[:1] != ["all"]:
            return self._route(path, paper)
        story = self._numbered(parts)
        return Answer.page(amp(paper, story, self.following.get(story.number))) if story else BROKEN

    def _numbered(self, parts: list[str]) -> Story | None:
        return self.by_number.get(int(parts[1])) if len(parts) == 2 and parts[1].isdecimal() else None

    def _live(self, parts: list[str], paper: Paper) -> Answer:
        story = self._numbered(parts[:2])
        since = int(parts[2]) if len(parts) > 2 and parts[2].isdecimal() else 0
        return Answer.page(posts_json(paper, story, since) if story else "[]")

    def _archive(self, parts: list[str], paper: Paper) -> Answer:
        story = self.by_path.get("/" + "/".join(parts))
        return self._story(story, paper) if story else Answer.page(lists.oops(paper))

    def _plus(self, parts: list[str], paper: Paper) -> Answer:
        campaign = next((campaign for campaign in CAMPAIGNS if campaign.slug in parts[1:2]), None)
        if campaign and len(parts) == 2:
            return Answer.page(campaign_page(paper, campaign))
        return self._archive(parts, paper)

    def _section(self, parts: list[str], paper: Paper) -> Answer:
        flag = LISTS[parts[0]]
        listed = () if self.faults.unlisted else self.listed
        stories = [story for story in listed if story.regular and flag in story.flags]
        if len(parts) == 1:
            title = parts[0].replace("-", " ").title()
            return Answer.page(lists.index(paper, title, f"/{parts[0]}", stories[:FIRST_PAGE]))
        if parts[1].isdecimal():
            offset = int(parts[1])
            return Answer.page(lists.more(paper, stories[offset : offset + NEXT_PAGE]))
        return self._old(parts, paper) if parts[0] == "news" else Answer.page(lists.oops(paper))

    def _type(self, parts: list[str], paper: Paper) -> Answer:
        stories = [story for story in self.listed if story.kind == TYPES[parts[0]]]
        return self._twenty(parts[0].title(), f"/{parts[0]}", stories, parts[1:], paper)

    def _tag(self, parts: list[str], paper: Paper) -> Answer:
        slug = parts[1] if len(parts) > 1 else ""
        stories = [story for story in self.listed if story.regular and any(tag.slug == slug for tag in story.tags)]
        if not stories:
            return Answer.page(lists.oops(paper))
        return self._twenty(f"Articles with tag “{slug}”", f"/tag/{slug}", stories, parts[2:], paper)

    def _twenty(self, title: str, path: str, stories: Sequence[Story], rest: list[str], paper: Paper) -> Answer:
        offset = int(rest[0]) if rest and rest[0].isdecimal() else 0
        chosen = stories[offset : offset + TYPE_PAGE]
        return Answer.page(lists.more(paper, chosen) if offset else lists.index(paper, title, path, chosen))

    def _author(self, parts: list[str], paper: Paper) -> Answer:
        slug = parts[1] if len(parts) > 1 else ""
        signed = [story for story in self.listed if story.regular and any(by.slug == slug for by in story.bylines)]
        if not signed:
            return Answer.page(lists.oops(paper))
        author = next(by for by in signed[0].bylines if by.slug == slug)
        return Answer.page(lists.author_page(paper, author, signed))

    def _podcasts(self, paper: Paper) -> Answer:
        shows: dict[Byline, list[Story]] = {}
        for story in self.listed:
            if story.kind == "podcast":
                shows.setdefault(story.bylines[0], []).append(story)
        return Answer.page(lists.podcasts(paper, shows))

    def _rss(self, parts: list[str], paper: Paper) -> Answer:
        name, stories = parts[-1], self.listed
        if name == "all":
            answer = Answer.xml(feeds.rss_all(paper.addresses, stories))
        elif name == "yandex-news":
            answer = Answer.xml(feeds.yandex_news(paper.addresses, stories))
        elif name == "podcasts":
            answer = Answer.xml(
                feeds.rss(paper.addresses, name, [story for story in stories if story.kind == "podcast"])
            )
        elif name in RSS_SECTIONS:
            flagged = [story for story in stories if story.regular and RSS_SECTIONS[name] in story.flags]
            answer = Answer.xml(feeds.rss(paper.addresses, name, flagged))
        else:
            return NOT_FOUND
        return cut_short(answer) if self.faults.malformed else answer

    def _sitemap(self, parts: list[str], paper: Paper) -> Answer:
        text = self.files.get(parts[-1])
        if text is None:
            return NOT_FOUND
        return cut_short(Answer.xml(text)) if self.faults.malformed else Answer.xml(text)

    def _old(self, parts: list[str], paper: Paper) -> Answer:
        number = parts[-1].rsplit("-", 1)[-1]
        story = self.by_number.get(int(number)) if number.isdecimal() else None
        return Answer.moved(story_path(story)) if story else Answer.page(lists.oops(paper))

    def _house(self, parts: list[str], paper: Paper) -> Answer:
        title = HOUSE_PAGES.get(parts[0], parts[-1].replace("-", " ").title())
        return Answer.page(
            lists.plain_page(paper, title, "This page of the house has little to say.", "/" + "/".join(parts))
        )

    def _picture(self, parts: list[str], paper: Paper) -> Answer:
        return Answer(landscape("/".join(parts)), content_type="image/svg+xml", max_age=3600)
