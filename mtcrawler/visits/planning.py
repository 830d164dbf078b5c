"""Which sites one command names, and what each is asked; or all that is wrong with it, before anything starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from mtcrawler.config.page_settings import PageSettings
from mtcrawler.config.reading import problems
from mtcrawler.fetch.crawl_context import asked
from mtcrawler.frontier.scope import addresses_in, addresses_of_articles
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.errors import ArgumentError, DefinitionError
from mtcrawler.model.faults import ArgumentFaults, each_of
from mtcrawler.sites.definition import ANY_SITE, SiteDefinition
from mtcrawler.sites.loading import Sites
from mtcrawler.sites.site_list import TOLD, ListedSite, read_sites
from mtcrawler.sites.undescribed import hosts_like, undescribed

OF_THE_PROCESS: Final = frozenset(
    ("CONTACT", "CONTACT_REQUIRED", "MTCRAWLER_BROWSER", "CA_FILE", "SSL_CERT_FILE", "READER_SESSIONS")
)
"""Settings of pages that all sites of a process share."""
OF_A_RUN: Final = ("PARTIAL_ABOVE", "DRIFT_DROP", "DRIFT_SINCE", "STALLED_AFTER")
SITE_SETTINGS: Final = (*(name for name in PageSettings.model_fields if name not in OF_THE_PROCESS), *OF_A_RUN)
"""Settings that each site of a list may have of its own."""
LONG: Final = 2_000
"""Sites from which on looking at a list takes longer than a person waits without a word: they take half a second."""
ARGUMENT: Final = re.compile(r"Reading the argument (\w{1,40})")


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A site to visit: what it is called, the address it was named by, what its spider is asked, its own settings."""

    site: str
    url: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a listed site before it is visited: its definition, where it has one that can be read."""

    definition: SiteDefinition | None
    undescribed: SiteDefinition

    @classmethod
    def of(cls, url: str, sites: Sites) -> Self:
        """That of the site at this address; raises ArgumentError where it is no site's."""
        unknown = undescribed(url)
        try:
            return cls(sites.of_host(url), unknown)
        except DefinitionError:  # told when the site is visited, and costs no other
            return cls(None, unknown)

    @property
    def key(self) -> str:
        """What is the same for two addresses of one site."""
        if self.definition is not None:
            return self.definition.spider
        parts = urlsplit(self.undescribed.origin)
        return f"{min(hosts_like(parts.hostname or ''))}:{parts.port or ''}"

    @property
    def name(self) -> str:
        """What the site is called: its host, with a port that is not the usual one."""
        return self.definition.site.host if self.definition else urlsplit(self.undescribed.origin).netloc


def planned(
    name: str, arguments: Mapping[str, str], sites: Sites, say: Callable[[str], None] = lambda text: None
) -> list[PlannedVisit] | None:
    """The visits that these arguments of the spider `name` ask for; None where they mean one site.

    Of a list that takes long `say` is told. Raises ArgumentError with everything that is wrong with them, and with the
    file that lists the sites.
    """
    common, faults = dict(arguments), ArgumentFaults(TOLD)
    listed = _listed(name, common, sites, faults)
    if listed is None:
        return None
    if len(listed) >= LONG:
        say(f"Reading {len(listed)} sites …")
    if "mirror" in common:
        told = "it is one site's, and several are named"
        faults.note(ArgumentError("Reading the argument mirror", told, "Give it in the file, to the site it mirrors."))
        del common["mirror"]
    found = visits_of(listed, common, sites, faults)
    faults.tell()
    return found


def visits_of(
    listed: Sequence[ListedSite], common: Mapping[str, str], sites: Sites, faults: ArgumentFaults
) -> list[PlannedVisit]:
    """The visits of these sites, each asked what is common to all and what is its own; what is wrong is noted."""
    found, seen, told_of = [], dict[str, ListedSite](), set[str]()
    for one in listed:
        try:
            known = _Known.of(one.url, sites)
        except ArgumentError as err:
            faults.note(ArgumentError(f"{one.where}{err.doing}", err.happened, err.remedy))
            continue
        for fault in _faults(one, known, common, seen):
            if str(fault) not in told_of:
                told_of.add(str(fault))
                faults.note(fault)
        found.append(PlannedVisit(known.name, one.url, {**common, **one.arguments}, one.settings))
    return found


def _listed(name: str, common: dict[str, str], sites: Sites, faults: ArgumentFaults) -> list[ListedSite] | None:
    """The sites that are named, which takes the arguments that name them out of the others; None for one site."""
    if name != ANY_SITE:
        return None
    if "sites" in common:
        if other := [argument for argument in ("site", "url") if argument in common]:
            happened = f"{' and '.join(other)} names sites, too"
            raise ArgumentError(f"Reading the argument sites={common['sites']}", happened, "Give one of them.")
        return read_sites(Path(common.pop("sites")), SITE_SETTINGS, faults)
    named = addresses_in(common.get("site", ""))
    if len(named) > 1:
        if "url" in common:
            happened = "several sites are named, too"
            raise ArgumentError("Reading the argument url", happened, "Give addresses alone, of any sites, as url=.")
        del common["site"]
        return [ListedSite(one) for one in named]
    return None if "site" in common else _by_site(common, sites)


def _by_site(common: dict[str, str], sites: Sites) -> list[ListedSite] | None:
    """The sites that addresses of articles are on, each with its own; None where all are at one origin, or none is.

    Raises ArgumentError with all that are no addresses.
    """
    found: dict[str, tuple[str, list[str]]] = {}
    urls = {url: origin_of(url) for url in addresses_of_articles(common.get("url"))}
    if len(set(urls.values())) < 2:
        return None
    for url, origin in urls.items():
        found.setdefault(_Known.of(origin, sites).key, (origin, []))[1].append(url)
    del common["url"]
    return [ListedSite(origin, {"url": ",".join(its)}) for origin, its in found.values()]


def _faults(
    one: ListedSite, known: _Known, common: Mapping[str, str], seen: dict[str, ListedSite]
) -> Iterator[ArgumentError]:
    """What is wrong with a site of the list. A definition with faults is that site's own affair when it is visited."""
    if (before := seen.setdefault(known.key, one)) is not one:
        happened = f"it is the same site as {before.url}{f' in line {before.line}' if before.line else ''}"
        yield ArgumentError(f"{one.where}Reading the site {one.url}", happened, "Keep one of the two.")
    try:
        asked(known.definition or known.undescribed, {**common, **one.arguments})
    except ArgumentError as err:
        for each in each_of(err):
            argument = ARGUMENT.match(each.doing)
            own = argument is None or argument[1] in one.arguments
            yield ArgumentError(f"{one.where if own else ''}{each.doing}", each.happened, each.remedy)
    for problem in problems(dict(one.settings), {name: name for name in one.settings}):
        yield ArgumentError(f"{one.where}{problem.error.doing}", problem.error.happened, problem.error.remedy)


def modes(visits: Sequence[PlannedVisit], usual: str) -> set[str]:
    """How the pages of these sites are fetched: the values of RENDER_MODE, `usual` where a site has none of its own."""
    return {visit.settings.get("RENDER_MODE", usual) for visit in visits}
