"""Who and what stands around the stories: bylines, agencies, campaigns and the desk's section marks."""

from __future__ import annotations

from tests.newspaper.newsroom.writing import slugify
from tests.newspaper.story import Byline, Campaign, Edition, Flag, Photo, Tag


def person(name: str, bio: str = "", handle: str = "") -> Byline:
    """Somebody who signs stories."""
    slug = slugify(name)
    return Byline(name, slug, True, bio, Photo(f"a0/{slug}.jpg") if bio else None, handle)


REPORTERS: dict[Edition, tuple[Byline, ...]] = {
    "en": (
        person("Irina Vasnetsova"),
        person("Daniel Ashgrove"),
        person("Kamila Orlyk"),
        person("Pyotr Lisitsyn"),
        person("Hanna O’Dell-Kovač"),
        person("Émile Vauquelin"),
        person("Sasha de la Croix-Petrov"),
    ),
    "ru": (person("Ирина Васнецова"), person("Пётр Лисицын"), person("Камила Орлик")),
}
COLUMNISTS: dict[Edition, tuple[Byline, ...]] = {
    "en": (
        person("Theodora Winnick", "Theodora Winnick writes about cities and the people who repair them.", "@twinnick"),
        person("Anatoly Serebrin", "Anatoly Serebrin is a historian of postal roads."),
        person("Judith Abara", "Judith Abara teaches statistics to people who dislike it.", "@jabara"),
        person("Mikhail Tyutyunin"),
    ),
    "ru": (
        person("Анатолий Серебрин", "Анатолий Серебрин — историк почтовых дорог."),
        person("Майя Тютюнина", "Майя Тютюнина преподаёт статистику тем, кто её не любит.", "@mtyut"),
    ),
}
HOSTS: dict[Edition, tuple[Byline, ...]] = {
    "en": (person("Felix Arden", "Felix Arden hosts our weekly conversation."), person("Lena Krotova")),
    "ru": (person("Лена Кротова"),),
}
# None of these is a person, so none may end up among the authors.
AGENCIES: dict[Edition, tuple[Byline, ...]] = {
    "en": (
        Byline("AFP", "afp", False),
        Byline("Reuters", "reuters", False),
        Byline("The Moscow Times", "the-moscow-times", False),
    ),
    "ru": (Byline("The Moscow Times", "the-moscow-times", False), Byline("AFP", "afp", False)),
}
CAMPAIGNS = (
    Campaign("northern-hotels", "Northern Hotels", "Six houses, one key: an advertiser’s series on sleeping well."),
    Campaign("tikhvin-bank", "Tikhvin Bank", "An advertiser’s series about saving."),
)
# The desk's marks in the order in which they decide the breadcrumb, with the section's own address and its name there.
SECTIONS: dict[Flag, tuple[str, str]] = {
    "business": ("business", "Business"),
    "climate": ("climate", "Climate"),
    "opinion": ("opinion", "Opinion"),
    "meanwhile": ("meanwhile", "Meanwhile"),
    "city": ("arts-and-life", "Arts and Life"),
    "indepth": ("in-depth", "In-Depth"),
    "diaspora": ("diaspora", "Diaspora"),
    "ukraine_war": ("ukraine-war", "Ukraine War"),
    "lecture_series": ("lecture-series", "Lecture Series"),
}
# Where a section's list is served, which is not always the breadcrumb's address.
LISTS: dict[str, Flag] = {
    "news": "news",
    "opinion": "opinion",
    "meanwhile": "meanwhile",
    "arts-and-life": "city",
    "business": "business",
    "climate": "climate",
    "diaspora": "diaspora",
    "features": "indepth",
    "in-depth": "indepth",
    "ukraine-war": "ukraine_war",
    "lectures": "lecture_series",
}


def section_of(flags: tuple[Flag, ...]) -> tuple[str, str]:
    """The slug and the name of the one section that the breadcrumb states."""
    return next((section for flag, section in SECTIONS.items() if flag in flags), ("news", "News"))


def tag(title: str) -> Tag:
    """A tag with the slug of its title."""
    return Tag(title, slugify(title))
