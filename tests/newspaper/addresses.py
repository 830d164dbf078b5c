"""Every address of the newspaper as its pages name them: on the publisher's hosts, or on the origin that serves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.newspaper.story import Byline, Edition, Photo, Story, Tag

Base = Literal["publisher", "self"]
TODAY = date(2026, 11, 23)
"""The day the newspaper believes it is; boxes that link to a story without knowing its date carry this one."""

SITES: dict[Edition, tuple[str, str]] = {
    "en": ("https://www.themoscowtimes.com", "https://static.themoscowtimes.com"),
    "ru": ("https://www.moscowtimes.ru", "https://static.moscowtimes.ru"),
}


@dataclass(frozen=True)
class Addresses:
    """Addresses on a site and on the host of its static files, both without a slash at the end."""

    site: str
    static: str

    def page(self, path: str) -> str:
        """A page of the site; the path starts with a slash."""
        return self.site + path

    def story(self, story: Story) -> str:
        """The canonical address of a story."""
        return self.site + story_path(story)

    def dated(self, story: Story) -> str:
        """What the templates make of any story's date, slug and number; for the archive that page does not exist."""
        return f"{self.site}/{story.published:%Y/%m/%d}/{story.slug}-a{story.number}"

    def undated(self, slug: str) -> str:
        """What the templates make of a slug alone: today's date and no number, which redirects."""
        return f"{self.site}/{TODAY:%Y/%m/%d}/{slug}"

    def author(self, byline: Byline) -> str:
        """The page with somebody's stories."""
        return f"{self.site}/author/{byline.slug}"

    def tag(self, tag: Tag) -> str:
        """The page with a tag's stories."""
        return f"{self.site}/tag/{tag.slug}"

    def image(self, photo: Photo, preset: str, *, archived: bool = False) -> str:
        """A photo cut to a preset such as `article_1360`."""
        return f"{self.static}/{'image_archive' if archived else 'image'}/{preset}/{photo.file}"

    def share_card(self, story: Story) -> str:
        """The picture with the headline on it that is made for other sites; it is not the photo."""
        return f"{self.static}/og/{story.number}.jpg"


def publisher(edition: Edition) -> Addresses:
    """The edition's addresses as the publisher has them."""
    return Addresses(*SITES[edition])


def own(origin: str) -> Addresses:
    """The addresses of a newspaper that names its own origin everywhere."""
    return Addresses(origin, origin)


def story_path(story: Story) -> str:
    """The path of a story's canonical address."""
    if story.campaign is not None:
        return f"/plus/{story.campaign.slug}/{story.slug}"
    if story.archived:
        return f"/archive/{story.slug}"
    return f"/{story.published:%Y/%m/%d}/{story.slug}-a{story.number}"
