"""The site's pages: addresses, redirects, markup and flaws as the publisher's site has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from parsel import Selector

from tests.newspaper.addresses import own, publisher, story_path
from tests.newspaper.markup.paper import Modal, Paper
from tests.newspaper.serving.asking import get, html, of_kind, squashed, titled
from tests.newspaper.serving.site import Site
from tests.newspaper.stories import edition
from tests.newspaper.truth import clean, expected

if TYPE_CHECKING:
    from tests.newspaper.story import Edition


@pytest.mark.parametrize("name", ["en", "ru"])
def test_every_story_is_on_its_page(name: Edition) -> None:
    """Each story's canonical page shows its headline and every line of the truth but a live blog's posts."""
    for story in edition(name):
        page = get(story_path(story), name)
        assert page.status == 200
        selector = Selector(page.body[:400_000].decode(errors="ignore"))
        record = expected(story)
        assert clean("".join(selector.css("header.article__header h1 ::text").getall())) == record["headline"]
        assert selector.css("link[rel=canonical]::attr(href)").get() == record["canonical_url"]
        assert selector.css("base::attr(href)").get() == publisher(name).page("/")
        if story.kind != "live":
            shown = squashed("".join(selector.css(".article__content ::text").getall()))
            lines = (squashed(line.removeprefix("– ")) for line in record["text"].splitlines())
            assert not [line for line in lines if line not in shown]


def test_addresses_that_redirect() -> None:
    """A wrong date, a wrong or numberless slug, a slash at the end and old addresses lead to the canonical page."""
    story = edition("en")[4]
    canonical = story_path(story)
    for path in (
        f"/2020/01/01/{story.slug}-a{story.number}",
        f"/{story.published:%Y/%m/%d}/something-else-a{story.number}",
        f"/2026/11/23/{story.slug}",
        f"{canonical}/",
        f"/news/whatever-{story.number}",
        f"/articles/{story.slug}-{story.number}",
        f"/photogalleries/x-{story.number}",
    ):
        answer = get(path)
        assert (answer.status, answer.location) == (302, canonical), path
    assert get(f"{canonical}?utm_source=x").body == get(canonical).body


def test_pages_that_are_no_articles() -> None:
    """An unknown slug is an "Oops!" with 200, an unknown route a 404, /all/0 a 500; two addresses redirect for ever."""
    for path in ("/2026/11/20/no-such-thing", "/2026/11/20/x-a1", "/archive/none", "/tag/none", "/author/none"):
        assert html(path).css("h1::text").get() == "Oops!"
    assert get("/no/such/route").status == 404
    assert get("/all/0").status == 500
    assert get("/loop/a").location == "/loop/b"
    assert get("/loop/b").location == "/loop/a"


def test_an_archived_headline_links_to_a_page_that_does_not_exist() -> None:
    """The archive's own address is canonical, while its headline's dated link leads to an "Oops!"."""
    story = of_kind("archive")
    page = html(story_path(story))
    assert page.css(".article-container::attr(data-article-url)").get() == publisher("en").story(story)
    link = page.css("h1 a::attr(href)").get("")
    assert html(link.removeprefix("https://www.themoscowtimes.com")).css("h1::text").get() == "Oops!"
    if story.bylines:
        assert page.css("span.byline__author__name")


def test_structured_data() -> None:
    """One script is not JSON, the others are; the breadcrumb tells the section, articleSection does not."""
    story = next(story for story in edition("en") if story.flags == ("diaspora", "indepth") and story.kind == "news")
    scripts = html(story_path(story)).css("script[type='application/ld+json']::text").getall()
    read, broken = {}, []
    for script in scripts:
        try:
            data = json.loads(script)
        except json.JSONDecodeError:
            broken.append(script)
        else:
            read[data["@type"]] = data
    assert len(broken) == 1
    assert '"WebSite"' in broken[0]
    assert read["NewsArticle"]["articleSection"] == "news"
    assert read["NewsArticle"]["isAccessibleForFree"] is True
    assert read["NewsArticle"]["dateModified"] != read["NewsArticle"]["datePublished"]
    assert read["BreadcrumbList"]["itemListElement"][1]["item"].endswith("/in-depth")


def test_metadata_names_the_first_author_only() -> None:
    """With three names above a story, meta and structured data give the first; with none, the paper."""
    three = titled("Three Hands")
    page = html(story_path(three))
    assert len(page.css("a.byline__author__name")) == 3
    assert page.css("meta[name=author]::attr(content)").get() == three.bylines[0].name
    assert html(story_path(titled("No Picture"))).css("meta[name=author]::attr(content)").get() == "The Moscow Times"


def test_an_update_hides_the_time_of_publication() -> None:
    """Where "Updated:" shows, the byline has only that time; publication is in the meta tags."""
    story = next(story for story in edition("en") if story.shows_update and story.regular)
    assert story.updated
    page = html(story_path(story))
    assert page.css("time.byline__datetime::attr(datetime)").getall() == [story.updated.isoformat()]
    assert "Updated:" in "".join(page.css(".byline__details__column ::text").getall())
    published = page.css("meta[property='article:published_time']::attr(content)").get()
    assert published == story.published.isoformat()


def test_a_gallery_has_two_contents() -> None:
    """A gallery has its pictures in the first content, its text in the second, no y-name and a time without zone."""
    page = html(story_path(of_kind("gallery")))
    contents = page.css(".article__content")
    assert len(contents) == 2
    assert contents[0].css(".article__gallery__item[data-image-caption]")
    assert contents[1].css(".article__block--html")
    assert not page.css("[y-name=article-content]")
    assert "+" not in page.css("time.byline__datetime::attr(datetime)").get("")
    assert not page.css("h1 a")


def test_a_live_page_holds_no_posts() -> None:
    """The live page has neither posts nor a visible byline; the posts come as JSON that claims to be HTML."""
    story = max(edition("en"), key=lambda story: len(story.posts))
    page = html(story_path(story))
    assert not page.css("div.live-post, .byline__author, time.byline__datetime")
    assert page.css(".live-intro")
    answer = get(f"/live/{story.number}/0")
    assert answer.content_type.startswith("text/html")
    posts = json.loads(answer.body)
    assert [post["id"] for post in posts] == [post.number for post in story.posts]
    assert {block["type"] for post in posts for block in post["body"]} == {"html", "image", "embed", "link", "article"}
    since = int(story.posts[-3].time.timestamp())
    assert len(json.loads(get(f"/live/{story.number}/{since}").body)) == 2


def test_an_advertorial_has_no_article_container() -> None:
    """An advertiser's page names the campaign, lies outside sitemaps and has no container to take it from."""
    story = of_kind("advertorial")
    page = html(story_path(story))
    assert not page.css(".article-container")
    assert page.css(".campaign__header")
    assert "Brought to you by" in " ".join(page.css(".byline__author ::text").getall())
    assert html("/plus/northern-hotels").css(".article-excerpt-lead")


def test_the_other_forms_of_an_article() -> None:
    """A fragment has no head; AMP has a canonical address but no title and no structured data; a PDF is a PDF."""
    story = edition("en")[0]
    loose = get(f"/all/{story.number}").body.decode()
    assert "<head>" not in loose
    assert 'class="lazy-loaded article-container"' in loose
    amp = html(f"/all/{story.number}?amp=1")
    assert amp.css("link[rel=canonical]::attr(href)").get() == publisher("en").story(story)
    assert not amp.css("title, script[type='application/ld+json'], img")
    assert amp.xpath("//*[name()='amp-img']")
    assert get(f"{story_path(story)}/pdf").body.startswith(b"%PDF")


def test_related_boxes_carry_today_and_no_number() -> None:
    """The address in a "Read more" box always redirects."""
    links = [
        link
        for story in edition("en")[:40]
        for link in Selector(get(story_path(story)).body[:200_000].decode())
        .css(".related-article__inner::attr(href)")
        .getall()
    ]
    assert links
    for link in links:
        assert "/2026/11/23/" in link
        assert get(link.removeprefix("https://www.themoscowtimes.com")).status == 302


def test_wrong_charset_and_ten_megabytes() -> None:
    """One page declares windows-1251 over UTF-8 bytes, another is ten megabytes long."""
    odd = get(story_path(titled("Ferry Captain")))
    assert odd.content_type == "text/html; charset=windows-1251"
    assert "“Every Day" in odd.body.decode("utf-8")
    assert len(get(story_path(titled("The Town That"))).body) > 10_000_000


@pytest.mark.parametrize(
    ("modal", "selector"),
    [("classic", ".contribute-modal"), ("overlay", ".tmt-message--overlay"), ("inline", ".tmt-message--inline")],
)
def test_donation_messages_are_in_the_html(modal: Modal, selector: str) -> None:
    """Each message is in the page it was asked for, whatever the cookies say, and in no other."""
    path = story_path(edition("en")[0])
    page = html(f"{path}?modal={modal}")
    assert len(page.css(".contribute-modal, .tmt-message")) == 1
    assert page.css(selector)
    assert not html(f"{path}?modal=none").css(".contribute-modal, .tmt-message")
    if modal == "inline":
        assert page.css(".article__block--html > p + .tmt-message + p")


def test_furniture_surrounds_every_article() -> None:
    """Teaser, tabs, newsletter, banner, bar, share links and related stories stand around a story."""
    page = html(story_path(edition("en")[0]))
    for selector in (
        ".contribute-teaser",
        ".sidebar .tabs",
        ".newsletterbanner",
        ".contribute-banner",
        ".contribute-bar",
        ".article__content-container .social",
        "section.cluster .article-excerpt-default",
        "script[y-name=newsletter]",
        "#load-next-article[data-id][data-url]",
        "meta[name=googlebot][content=noarchive]",
    ):
        assert page.css(selector), selector
    opinion = html(
        story_path(next(story for story in edition("en") if story.kind == "opinion" and story.bylines[0].bio))
    )
    assert opinion.css(".article__disclaimer")
    assert opinion.css(".author-excerpt-small")
    assert html(story_path(edition("ru")[1]), "ru").css(".contribute-teaser")


def test_a_newspaper_can_name_its_own_origin() -> None:
    """With addresses of its own, a page names no publisher's host for itself, its pictures or its base."""
    here = Site(Paper("en", own("http://127.0.0.1:1"), edition("en")))
    page = here.answer(story_path(edition("en")[0])).body.decode()
    assert '<base href="http://127.0.0.1:1/" />' in page
    assert "www.themoscowtimes.com" not in page
    assert "static.themoscowtimes.com" not in page
    assert here.answer("/image/1360/aa/x.jpg").content_type == "image/svg+xml"
