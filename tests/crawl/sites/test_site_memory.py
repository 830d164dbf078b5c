"""What the pages of an undescribed site teach is kept in the bucket, and serves the next run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.cli import main
from mtcrawler.storage.layout import SITE_MEMORY, site_memory_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import articles, crawl, environment
from tests.fixtures.moody import Moody, Said, moody

PLEA: Final = (
    "Every morning our reporters walk down to the harbour before it is light. If you value what they bring home, the "
    "paper asks you to tell two friends about it before the week is out."
)
THINGS: Final = tuple("ferry bridge market tower school mill library orchard station theatre bakery museum".split())
WRITERS: Final = ("Ines Duval", "Tomas Berg", "Ruth Okafor")
SPOKEN: Final = (
    "keepers clerks pilots glaziers millers porters bakers joiners weavers tanners coopers drovers".split(),
    "lamps roofs ropes windows wheels carts ovens tables looms hides barrels sheep".split(),
)


def prose(number: int) -> list[str]:
    """A story about one thing, in words that no other story has."""
    name, who, what = THINGS[number], SPOKEN[0][number], SPOKEN[1][number]
    return [
        f"The {name} stays open until spring, the council of Ostervik said on Monday, although the {who} had asked for "
        f"{number + 3} weeks in which to mend the {what} and to count what is left of them.",
        f"Anybody who has seen the {who} at work near the {name} knows why. Their {what} are old, the wind is stronger "
        f"than it was, and in {1950 + number} a storm took all of it in one night.",
        f"Nobody could say what new {what} cost. A merchant offered some for {number + 12} thousand crowns, and the "
        f"{who} laughed and went back to the {name}, where there was work to do.",
    ]


def story(number: int, *, declares: bool, renewed: bool = False) -> Said:
    """A page whose plea stands in the text; `renewed` markup has other names for everything."""
    name, writer = THINGS[number], WRITERS[number % 3]
    node = {
        "@type": "NewsArticle",
        "headline": f"The {name} stays open until spring",
        "datePublished": f"2026-11-{number + 5:02}T09:00:00+01:00",
        "author": {"@type": "Person", "name": writer},
    }
    said = f'<script type="application/ld+json">{json.dumps(node)}</script>' if declares else ""
    told = [f"<p>{text}</p>" for text in prose(number)]
    text = "".join((*told, f"<p>{PLEA}</p>"))
    head, box = ("kicker", "prose") if renewed else ("who", "text")
    return Said(
        f"<html lang=en><head><title>The {name} stays open until spring</title>{said}"
        "<meta property=og:type content=article></head><body><nav><a href=/news>News</a></nav>"
        f"<div class={box}-page><h1>The {name} stays open until spring</h1>"
        f"<div class={head}><em>{writer}</em> in Ostervik</div><div class={box}>{text}</div></div></body></html>"
    )


def site_of(*, renewed: bool) -> dict[str, Said]:
    """The paper: half of its stories declare who wrote them. `/early` are ten of them, `/late` the others."""
    pages = {
        f"/news/{name}-stays-open-until-spring-{4821 + number}": story(
            number, declares=number < 10 and not renewed, renewed=renewed
        )
        for number, name in enumerate(THINGS)
    }
    urls = "".join(f"<url><loc>https://harbour.example{path}</loc></url>" for path in pages)
    return {
        **pages,
        "/robots.txt": Said("Sitemap: https://harbour.example/map.xml", kind="text/plain"),
        "/map.xml": Said(f"<urlset>{urls}</urlset>", kind="application/xml"),
    }


def crawled(site: Moody, bucket: Location, var: Path, numbers: range) -> dict[str, dict[str, Any]]:
    """Crawl these stories over plain HTTP; what is stored of them, by thing."""
    paths = [path for path in site.answers if path.startswith("/news/")]
    asked = ",".join(site.origin + paths[number] for number in numbers)
    run = crawl("news", bucket, var, S_RENDER_MODE="http", S_CONCURRENT_REQUESTS="1", site=site.origin, url=asked)
    assert run.code == 0, run.said
    stored = {url.partition("/news/")[2].partition("-")[0]: one for url, one in articles(bucket).items()}
    return {THINGS[number]: stored[THINGS[number]] for number in numbers}


@pytest.mark.slow
def test_a_second_run_reads_with_the_memory_of_the_first(
    bucket: Location, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stood on the pages of the first run is clutter in the second, and a byline that nothing marks is read where
    pages that declare it showed it; a change of markup makes the site forget both, which is told.
    """
    with moody(site_of(renewed=False)) as site:
        first = crawled(site, bucket, tmp_path, range(10))
        assert PLEA in first[THINGS[0]]["text"]
        second = crawled(site, bucket, tmp_path, range(10, 12))
        for number in (10, 11):
            one = second[THINGS[number]]
            assert one["text"] == "\n\n".join(prose(number))
            assert [author["name"] for author in one["authors"]] == [WRITERS[number % 3]]
            assert one["provenance"]["fields"]["authors"] == "learned"
        told = shown(site.origin, bucket, tmp_path, capsys)
        assert (told["markup"], told["articles"], told["clutter"]) == (1, 12, [12])
        assert any(one["used"] and one["path"].endswith("div.who>em") for one in told["fields"]["authors"])
        (key,) = client.keys(SITE_MEMORY)
        host = site.origin.partition("://")[2]
        assert key == site_memory_key(host.replace(":", "-"))
        kept = client.get(key)
        assert kept is not None
        assert len(kept.body) < 8_000
        site.answers.update(site_of(renewed=True))
        third = crawled(site, bucket, tmp_path, range(8))
        assert {len(one["body"]) for one in third.values()} <= {3, 4}
        told = shown(f"{host}/news", bucket, tmp_path, capsys)
        assert (told["markup"], told["articles"], told["clutter"], told["fields"]) == (2, 0, [], {})


def shown(name: str, bucket: Location, var: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `mtcrawler sites show` tells of the paper at this host or address."""
    assert main(["sites", "show", name], environment(bucket, var)) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told
