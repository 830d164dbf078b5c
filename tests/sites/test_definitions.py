"""Laws of definitions: a right one is a value, a wrong one is refused with every fault, its line and what to do."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from mtcrawler.model.errors import DefinitionError, SettingError
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import LARGEST, Sites, check_files, files_in, load_definition, read_definition
from mtcrawler.sites.schema import schema, schema_text
from mtcrawler.sites.sources import Feed, Listing, Sitemap

ROOT = Path(__file__).parents[2]
RIGHT = (Path(__file__).parent / "gazette.toml").read_text("utf-8")
LINES = RIGHT.splitlines()


def changed(*changes: tuple[str, str]) -> str:
    """The right definition with these texts replaced, each once."""
    text = RIGHT
    for old, new in changes:
        assert text.count(old), old
        text = text.replace(old, new, 1)
    return text


def line_with(text: str, part: str) -> int:
    """The first line of the text that holds this part."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def faults(text: str) -> list[tuple[str, int | None]]:
    """The keys and lines of all that is wrong with the definition in this text."""
    with pytest.raises(DefinitionError) as raised:
        read_definition(text, "sites/gazette.example.toml")
    assert isinstance(raised.value, SettingError)
    assert "sites/gazette.example.toml" in str(raised.value)
    assert all(fault.happened and fault.remedy for fault in raised.value.faults)
    return [(fault.key, fault.line) for fault in raised.value.faults]


def test_the_definitions_of_this_project_are_right() -> None:
    """Every file in sites/ can be loaded and no two claim the same."""
    checked = check_files(files_in(ROOT / "sites"))
    assert [str(one) for one in checked.values() if not isinstance(one, SiteDefinition)] == []


def test_a_definition_is_a_frozen_value_that_is_ready_to_use() -> None:
    """Addresses, days, sections and selectors are asked of the value itself, which nobody can change."""
    one = read_definition(RIGHT, "-")
    found = one.article("/2026/11/20/ferry-to-run-hourly")
    assert found is not None
    assert found.groupdict() == {"slug": "ferry-to-run-hourly"}
    assert one.article("/2026/11/20/") is None
    assert one.day("/2026/11/20/ferry-to-run-hourly") == date(2026, 11, 20)
    assert one.day("/2026/13/20/ferry-to-run-hourly") is None
    assert one.sections == ("news", "culture", "sport")
    assert [type(source) for source in one.all_sources] == [Sitemap, Feed, Feed, Listing, Listing, Listing]
    assert one.policy.free_at("/2026/11/20/ferry-to-run-hourly")
    assert not one.policy.free_at("/plus/a-story")
    with pytest.raises(ValueError, match="frozen"):
        one.spider = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "key", "where"),
    [
        ('publisher = "The Gazette"', 'publisher = "The Gazette"\nowner = "x"', "owner", "owner ="),
        ('publisher = "The Gazette"', "", "publisher", None),
        ('headline = "h1.title"', 'headlin = "h1.title"', "selectors.headlin", "headlin "),
        ('headline = "h1.title"', 'headline = "h1..title"', "selectors.headline", "headline"),
        ('headline = "h1.title"', 'headline = "h1 ~ p"', "selectors.headline", "headline"),
        ('headline = "h1.title"', 'headline = ""', "selectors.headline", "headline"),
        ('headline = "h1.title"', 'headline = ["h1"]', "selectors.headline", "headline"),
        ('".related, .share"', '"a[["', "left_out.elements.1", "elements"),
        ('"read also:.*"', '"read also:("', "left_out.paragraphs.0", "paragraphs"),
        ('"read also:.*"', '"(?=read)also"', "left_out.paragraphs.0", "paragraphs"),
        ("free = true", 'free = "true"', "policy.free", "free ="),
        ("free = true", "free = 1", "policy.free", "free ="),
        ("first = 20", 'first = "20"', "sources.2.first", "first"),
        ("first = 20", "first = true", "sources.2.first", "first"),
        ("step = 20", "step = 0", "sources.2.step", "step"),
        ('"sport",', "7,", "sources.2.sections.2", "7,"),
        ('hosts = ["www.gazette.example", "gazette.example"]', 'hosts = "gazette.example"', "hosts", "hosts"),
        ('hosts = ["www.gazette.example", ', "hosts = [", "hosts", "hosts"),
        ('zone = "Europe/Paris"', 'zone = "Europe/Lutetia"', "zone", "zone"),
        ('kind = "feed"', 'kind = "fed"', "sources.1", "[[sources]]"),
        ('"/rss/{section}"', '"/rss/all"', "sources.1.sections", "sections = ["),
        ('"/sitemap-2026-11.xml"', '"/sitemap-2026-13.xml"', "sources.0.examples", "sitemap-2026-13"),
        ("'/\\d{4}/\\d{2}/\\d{2}/(?P<slug>[\\w-]+)'", "'/(a+)+\\1'", "articles.0.match", "match"),
        ('"/2026/11/20/ferry-to-run-hourly", ', '"/2026/11/20/", ', "articles.0.examples", "examples"),
        ('"/2026/11/20", "/news"', '"/2026/11/20/ferry"', "articles.0.counter_examples", "counter_examples"),
        ("before = 2001-01-01", 'before = "long ago"', "archive.before", "before"),
        ('"[aria-label=Close]"', "7", "overlays.0.steps.0.click", "steps"),
        ('detect = [".appeal"]', 'detect = ".appeal"', "overlays.0.detect", "detect"),
        ('kind = "donation"', 'kind = "money"', "overlays.0.kind", 'kind = "money"'),
        ('stated = "film"', "", "kinds.1", None),
        ("delay = 2", "delay = -1", "pace.delay", "delay"),
        ("delay = 2", "delay = nan", "pace.delay", "delay"),
        ('newsletter-seen = "1"', "newsletter-seen = 1", "cookies.newsletter-seen", "newsletter-seen"),
        ('newsletter-seen = "1"', 'newsletter-seen = "1; path=/"', "cookies.newsletter-seen", "newsletter-seen"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(old: str, new: str, key: str, where: str | None) -> None:
    """A wrong key, type, selector, pattern or example is told by its key and by the line it stands in."""
    text = changed((old, new))
    told = dict(faults(text))
    assert key in told
    if where is not None:
        assert told[key] == line_with(text, where if where != "[[sources]]" else 'kind = "fed"') - (where[0] == "[")


def test_dated_patterns_find_a_day_on_articles() -> None:
    """An example of a dated pattern holds a day of the calendar and is an article's address."""
    dated = changed(("'/(\\d{4})/(\\d{2})/(\\d{2})/[\\w-]+'", "'/(\\d{4})/\\d{2}/\\d{2}/[\\w-]+'"))
    assert "dated.0.examples" in dict(faults(dated))
    elsewhere = changed(
        ("'/(\\d{4})/(\\d{2})/(\\d{2})/[\\w-]+'", "'/old/(\\d{4})/(\\d{2})/(\\d{2})'"),
        ('examples = ["/2026/11/20/ferry-to-run-hourly"]', 'examples = ["/old/2026/11/20"]'),
    )
    assert "dated" in dict(faults(elsewhere))


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_the_file() -> None:
    """Five faults in five tables, of five kinds, are five faults told."""
    text = changed(
        ("query_matters = false", "query_matters = 0"),
        ('"/2026/11/20", "/news"', '"/2026/11/20/ferry"'),
        ('links = ".teaser a[href]"', 'links = ".teaser >> a"'),
        ('body = ".body"', 'bodies = ".body"'),
        ('kind = "donation"', 'kind = "money"'),
    )
    told = faults(text)
    assert [key for key, _ in told] == [
        "query_matters",
        "articles.0.counter_examples",
        "sources.2.links",
        "selectors.bodies",
        "overlays.0.kind",
    ]
    lines = [line or 0 for _, line in told]
    assert lines == sorted(lines)
    assert 0 not in lines


@pytest.mark.parametrize(
    ("text", "line"), [("a = \n", 1), ("\n\n[x\n", 3), ("a = 1\na = 2\n", None), ('\n\na = """\n', None), ("﻿a", None)]
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, line: int | None) -> None:
    """A file that is no TOML is told as that, with the line where TOML says one."""
    (key, told), *others = faults(text)
    assert (key, others) == ("", [])
    assert line is None or told == line


@pytest.mark.parametrize("body", [b"\xff\xfe", b"#" * (LARGEST + 1)], ids=["no UTF-8", "too large"])
def test_what_is_no_definition_costs_itself_alone(body: bytes, tmp_path: Path) -> None:
    """A file that cannot be read is told when it is asked for; the sites of other files are there."""
    (tmp_path / "gazette.example.toml").write_text(RIGHT, "utf-8")
    (tmp_path / "other.example.toml").write_bytes(body)
    sites = Sites(tmp_path)
    assert sites.spiders == ["gazette"]
    assert sites.of_host("https://www.gazette.example/news") is not None
    with pytest.raises(DefinitionError):
        sites.of_host("other.example")
    checked = check_files(files_in(tmp_path))
    assert [isinstance(one, DefinitionError) for one in checked.values()] == [False, True]


def test_a_file_is_read_whole_only_when_its_site_is_asked_for(tmp_path: Path) -> None:
    """To know which sites there are, a file is read to its first table: what is wrong below is told with the site."""
    (tmp_path / "gazette.example.toml").write_text(changed(("[policy]", "[policy")), "utf-8")
    sites = Sites(tmp_path)
    assert sites.spiders == ["gazette"]
    with pytest.raises(DefinitionError, match="it is no TOML"):
        sites.of_host("www.gazette.example")


def test_a_file_that_is_gone_by_the_time_of_its_site_is_named(tmp_path: Path) -> None:
    """A crawl of many sites asks for a definition late: one that was moved since is a fault of that file's."""
    path = tmp_path / "www.gazette.example.toml"
    path.write_text(RIGHT, "utf-8")
    sites = Sites(tmp_path)
    path.unlink()
    with pytest.raises(DefinitionError, match=r"it cannot be read: No such file.*Put it back"):
        sites.of_spider("gazette")
    with pytest.raises(DefinitionError, match=r"it cannot be read: No such file.*Put it back"):
        sites.of_host("www.gazette.example")


def test_a_definition_is_deployed_once_it_was_tried() -> None:
    """Neither an untried definition nor one that says so is deployed; how its pages are read is the same."""
    tried = read_definition(RIGHT, "-")
    others = [read_definition(f"{said}\n{RIGHT}", "-") for said in ("untried = true", "deploy = false")]
    assert (tried.deployed, [one.deployed for one in others]) == (True, [False, False])
    assert {one.model_dump_json() for one in others} == {tried.model_dump_json()}


def test_a_site_is_found_by_host_and_by_spider(tmp_path: Path) -> None:
    """Any of its hosts names a site, with or without www. and scheme; a host that nobody described names none."""
    (tmp_path / "gazette.example.toml").write_text(RIGHT, "utf-8")
    sites = Sites(tmp_path)
    for host in (
        "gazette.example",
        "www.gazette.example",
        "WWW.Gazette.example",
        "http://gazette.example/a",
        "https://gazette.example:443",
    ):
        found = sites.of_host(host)
        assert found is not None
        assert found.spider == "gazette"
    assert sites.of_spider("gazette") is not None
    assert sites.of_spider("herald") is None
    assert sites.of_host("herald.example") is None


def test_a_site_at_a_port_is_found_at_that_port_alone(tmp_path: Path) -> None:
    """A definition is found by an address with its own port, and another port of that host is another site."""
    at_port = changed(('origin = "https://www.gazette.example"', 'origin = "http://www.gazette.example:8610"'))
    (tmp_path / "gazette.example.toml").write_text(at_port, "utf-8")
    sites = Sites(tmp_path)
    assert sites.of_host("http://www.gazette.example:8610") is not None
    assert sites.of_host("http://www.gazette.example:8611") is None


def test_a_file_is_named_after_its_site_and_claims_it_alone(tmp_path: Path) -> None:
    """A file under another name, and two files with one spider, are faults."""
    (tmp_path / "herald.example.toml").write_text(RIGHT, "utf-8")
    with pytest.raises(DefinitionError, match="none of its hosts"):
        load_definition(tmp_path / "herald.example.toml")
    for name in ("gazette.example", "www.gazette.example"):
        (tmp_path / f"{name}.toml").write_text(RIGHT, "utf-8")
    checked = check_files([tmp_path / "gazette.example.toml", tmp_path / "www.gazette.example.toml"])
    assert [[fault.key for fault in one.faults] for one in checked.values() if isinstance(one, DefinitionError)] == [
        ["spider", "origin"],
        ["spider", "origin"],
    ]


def test_the_published_schema_is_that_of_the_model() -> None:
    """docs/site-definition.schema.json is what `mtcrawler sites schema` prints."""
    assert (ROOT / "docs" / "site-definition.schema.json").read_text("utf-8") == schema_text()


@pytest.mark.parametrize("path", [*files_in(ROOT / "sites"), Path(__file__).parent / "gazette.toml"], ids=str)
def test_definitions_hold_by_the_published_schema(path: Path) -> None:
    """What an editor checks by the schema passes where the definition is right, and a misspelt key does not."""
    data = json.loads(json.dumps(tomllib.loads(path.read_text("utf-8")), default=str))
    jsonschema.validate(data, schema())
    for wrong in ({**data, "pubisher": "x"}, {**data, "hosts": "x"}, {**data, "overlays": [{"kind": "money"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())


def test_every_fault_is_told_in_plain_words() -> None:
    """A fault says what is wrong with the value that was written, and what a right one is, in words."""
    text = (
        changed(
            ('spider = "gazette"', 'spider = "The Gazette"'),
            ('origin = "https://www.gazette.example"', 'origin = "gazette.example/"'),
            ("delay = 2", "delay = 9999"),
            ('kind = "donation"', 'kind = "money"'),
        )
        + '[[sources]]\nkind = "blog"\n[[sources]]\naddress = "/x"\n'
    )
    with pytest.raises(DefinitionError) as caught:
        read_definition(text, "gazette.example.toml")
    told = {fault.key: f"{fault.happened}. {fault.remedy}" for fault in caught.value.faults}
    assert told["spider"] == "'The Gazette' is not allowed here. Write it as in example_news, in small letters."
    assert told["origin"] == (
        "'gazette.example/' is not allowed here. Write it as in https://www.example.com, without a path."
    )
    assert told["pace.delay"] == "9999 is too large. Give 600.0 or less."
    assert told["overlays.0.kind"].startswith("'money' is not known. Choose from 'consent', 'donation'")
    assert "the kind blog is not known. Choose from 'sitemap', 'feed', 'list', 'wordpress'." in told.values()
    assert "it does not say its kind. Add 'kind'." in told.values()
    assert not any(word in one for one in told.values() for word in ("should", "nput", "\\d", "^"))
