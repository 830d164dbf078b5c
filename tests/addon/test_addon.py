"""Laws of the add-on: one line turns us on in a Scrapy project, and all that the project says still holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.settings import BaseSettings, Settings
from scrapy.utils.test import get_crawler

from mtcrawler.addon import Addon
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.model.errors import AddressRefused, SettingError
from mtcrawler.project import defaults
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import ROOT, articles, environment
from tests.fixtures.moody import Said, described_in, manifests, moody, story

SETTINGS = """
BOT_NAME = "harbour"
SPIDER_MODULES = ["harbour.spiders"]
ROBOTSTXT_OBEY = True
ITEM_PIPELINES = {"harbour.pipelines.Shout": 120}
RETRY_TIMES = 0
USER_AGENT = "harbour/1.0"
ALLOWED_NETWORKS = "127.0.0.0/8"
ADDONS = {"mtcrawler.addon.Addon": 500}
"""
SPIDER = """
import scrapy
from mtcrawler.addon import article

class Harbour(scrapy.Spider):
    name = "harbour"

    def __init__(self, site, show="", **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [site + "/"]
        self.meta = {"render": True} if show else {}

    def parse(self, response):
        for link in response.css("main a"):
            yield response.follow(link, self.parse_story, meta=self.meta)
        yield {"links": len(response.css("main a"))}

    def parse_story(self, response):
        yield article(response, self)
"""
PIPELINES = """
class Shout:
    def process_item(self, item):
        if isinstance(item, dict):
            print("SHOUT", item)
            return item
        return item.model_copy(update={"headline": item.headline.upper()})
"""
FRONT = (
    "<!doctype html><title>Harbour</title><main><a href='/2026/11/20/ice'>Ice</a> <a href='/story/fog'>Fog</a></main>"
)
PAPER = {"/": Said(FRONT), "/2026/11/20/ice": story("ice", words=3), "/story/fog": story("fog", words=3)}


def project(folder: Path, settings: str = SETTINGS) -> Path:
    """A Scrapy project of somebody else, as small as they come."""
    package = folder / "harbour"
    package.mkdir(parents=True)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = harbour.settings\n")
    for name, text in (("__init__", ""), ("settings", settings), ("spiders", SPIDER), ("pipelines", PIPELINES)):
        (package / f"{name}.py").write_text(text)
    return folder


def scrapy(folder: Path, bucket: Location, *arguments: str, **variables: str) -> tuple[int, str]:
    """The exit code of `scrapy …` in that project, and all that it said."""
    given = environment(bucket, folder / "var")
    del given["SCRAPY_PROJECT"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=folder,
        env={**given, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("way", ["http", "browser"])
def test_a_spider_of_somebody_else_is_crawled_and_stored(bucket: Location, tmp_path: Path, way: str) -> None:
    """Its articles are in the bucket, read by us and changed by its own stage; its other items pass."""
    folder = project(tmp_path / "theirs")
    with moody(PAPER) as paper:
        show = ("-a", "show=1") if way == "browser" else ()
        code, said = scrapy(folder, bucket, "crawl", "harbour", "-a", f"site={paper.origin}", *show)
    assert code == 0, said
    assert "SHOUT {'links': 2}" in said
    stored = {one["headline"]: one for one in articles(bucket).values()}
    assert set(stored) == {"THE ICE", "THE FOG"}, said
    ice = stored["THE ICE"]
    assert (ice["spider"], ice["provenance"]["discovered_via"], ice["provenance"]["rendered"]) == (
        "harbour",
        "spider",
        way,
    )
    assert ice["published_at"] == "2026-11-20T08:00:00Z"
    assert "The ferry to the island runs every hour" in ice["text"]
    (manifest,) = manifests(bucket).values()
    assert (manifest["outcome"], manifest["counts"]["articles"]) == ("done", 2), manifest
    assert "Items of the type dict are no articles" in said
    assert paper.hits["/robots.txt"] == 1


@pytest.mark.slow
def test_its_pages_are_kept(bucket: Location, tmp_path: Path) -> None:
    """With KEEP_PAGES each page that `article` has read is kept, but for those that may be one reader's own: they are
    counted.
    """
    folder = project(tmp_path / "theirs", f"{SETTINGS}\nKEEP_PAGES = 'all'\nRENDER_MODE = 'http'\n")
    with moody(PAPER) as paper:
        code, said = scrapy(folder, bucket, "crawl", "harbour", "-a", f"site={paper.origin}")
        assert code == 0, said
        with Bucket(bucket) as reader:
            pages = [page.html for one in articles(bucket) if (page := reader.page(one)) is not None]
        assert ["The ferry to the island" in page for page in pages] == [True, True], said
        own = ("-s", 'DEFAULT_REQUEST_HEADERS={"Cookie": "who=me"}')
        code, said = scrapy(folder, bucket, "crawl", "harbour", "-a", f"site={paper.origin}", *own)
    told = [one["counts"]["pages"] for _, one in sorted(manifests(bucket).items())]
    assert [one["kept"] for one in told] == [2, 0], said
    assert told[1]["not_kept"] == {"read with a subscriber's session": 2}


@pytest.mark.slow
def test_described_sites_are_crawled_beside_its_spiders(bucket: Location, tmp_path: Path) -> None:
    """A definition in its sites/ gives it one more spider, whose articles pass its own stage as well."""
    folder = project(tmp_path / "theirs")
    described_in(folder / "sites")
    with moody(PAPER) as paper:
        paper.lists("/2026/11/20/ice")
        given = ("-a", f"site={paper.origin}", "-a", "since=2026-11-01", "-s", "RENDER_MODE=http")
        code, said = scrapy(folder, bucket, "crawl", "paper", *given)
    told = [(one["spider"], one["headline"]) for one in articles(bucket).values()]
    assert (code, told) == (0, [("paper", "THE ICE")]), said


@pytest.mark.slow
def test_with_our_command_it_is_checked_and_judged(bucket: Location, tmp_path: Path) -> None:
    """With COMMANDS_MODULE a wrong argument ends it with 2, its own spider and any site with the run's exit code."""
    folder = project(tmp_path / "theirs", f"{SETTINGS}\nCOMMANDS_MODULE = 'mtcrawler.commands'\nRENDER_MODE = 'http'\n")
    with moody(PAPER) as paper:
        code, said = scrapy(folder, bucket, "crawl", "harbour", "-a", f"site={paper.origin}")
        assert (code, "done: 2 articles: 2 new" in said) == (0, True), said
        (folder / "sites").mkdir()
        missing = ("-a", f"site={paper.origin}", "-a", f"url={paper.origin}/2026/11/20/none")
        code, said = scrapy(folder, bucket, "crawl", "news", *missing)
        assert code == 10, said
        code, said = scrapy(folder, bucket, "crawl", "news", "-a", "site=nope://x")
    assert (code, said.count("\n")) == (2, 1), said


def test_what_the_project_sets_stays() -> None:
    """Values, stages, middlewares and handlers of the project keep their places, and what it leaves out stays so."""
    theirs: dict[str, Any] = {
        "COOKIES_ENABLED": True,
        "RETRY_TIMES": 9,
        "ITEM_PIPELINES": {"harbour.Shout": 1, "mtcrawler.pipelines.access.Walls": None},
        "EXTENSIONS": {"mtcrawler.runs.monitoring.progress.Progress": None},
        "DOWNLOADER_MIDDLEWARES": {"harbour.Slow": 543},
        "DOWNLOAD_HANDLERS": {"https": "harbour.Handler"},
    }
    settings = Settings(theirs)
    Addon().update_settings(settings)
    assert settings.getint("RETRY_TIMES") == 9
    assert settings["CONCURRENT_ITEMS"] == defaults.CONCURRENT_ITEMS
    stages = settings.getdict("ITEM_PIPELINES")
    assert stages == {**defaults.ITEM_PIPELINES, **theirs["ITEM_PIPELINES"]}
    assert settings.getdict("EXTENSIONS") == {**defaults.EXTENSIONS, **theirs["EXTENSIONS"]}
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == {
        **defaults.DOWNLOADER_MIDDLEWARES,
        **theirs["DOWNLOADER_MIDDLEWARES"],
    }
    assert settings.getdict("DOWNLOAD_HANDLERS") == {**defaults.DOWNLOAD_HANDLERS, "https": "harbour.Handler"}
    base = {path.rpartition(".")[2] for path in settings.getdict("DOWNLOADER_MIDDLEWARES_BASE")}
    assert {
        "CookiesMiddleware",
        "HttpCompressionMiddleware",
    } <= base  # cookies are asked for; its handler unpacks nothing
    assert not base & {"HttpProxyMiddleware", "RobotsTxtMiddleware", "RedirectMiddleware"}


def test_a_project_that_sets_nothing_has_what_ours_have() -> None:
    """Without a word of the project each setting is that of a project of ours; some are its own affair."""
    settings = Settings()
    Addon.update_pre_crawler_settings(settings)
    Addon().update_settings(settings)
    left = {"ADDONS", "BOT_NAME", "COMMANDS_MODULE", "LOG_FORMAT", "VAR"}
    for name in {name for name in dir(defaults) if name.isupper()} - left:
        given = settings.getdict(name) if isinstance(settings[name], BaseSettings) else settings[name]
        assert given == getattr(defaults, name), name


async def test_a_crawl_of_any_sites_has_none_of_its_own() -> None:
    """For who watches a run a spider of somebody else crawls no site, and private networks are closed to its pages."""
    crawler = get_crawler(Spider, {"ADDONS": {"mtcrawler.addon.Addon": 500}})
    context = SiteContext.of(crawler)
    assert context.site is None
    with pytest.raises(AddressRefused):
        await context.guard.addresses("127.0.0.1", 80)


def test_a_wrong_setting_ends_it_before_it_begins(bucket: Location, tmp_path: Path) -> None:
    """A value of ours that is wrong in the project's settings is told with its remedy, and nothing is fetched."""
    with pytest.raises(SettingError, match="RENDER_MODE"):
        Addon().update_settings(Settings({"RENDER_MODE": "sometimes", "SETTINGS_MODULE": "settings.test"}))
    folder = project(tmp_path / "theirs", f"{SETTINGS}\nRENDER_MODE = 'sometimes'\n")
    with moody(PAPER) as paper:
        code, said = scrapy(folder, bucket, "crawl", "harbour", "-a", f"site={paper.origin}")
    assert (code, sum(paper.hits.values())) == (1, 0)
    assert "'sometimes' is not allowed" in said
