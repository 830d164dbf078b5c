"""Which sites one command names, and what each is asked; or all that is wrong with it, before anything starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.config.page_settings import PageSettings
from mtcrawler.config.reading import problems
from mtcrawler.fetch.crawl_context import asked
from mtcrawler.frontier.scope import addresses_in
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.errors import ArgumentError, DefinitionError
from mtcrawler.model.faults import ArgumentFaults, each_of
from mtcrawler.sites.definition import ANY_SITE
from mtcrawler.sites.loading import Sites
from mtcrawler.sites.site_list import ListedSite, read_sites
from mtcrawler.sites.undescribed import hosts_like, undescribed

OF_THE_PROCESS: Final = frozenset(
    ("CONTACT", "CONTACT_REQUIRED", "MTCRAWLER_BROWSER", "CA_FILE", "SSL_CERT_FILE", "READER_SESSIONS")
)
"""Settings of pages that all sites of a process share."""
OF_A_RUN: Final = ("PARTIAL_ABOVE", "DRIFT_DROP", "DRIFT_SINCE", "STALLED_AFTER")
SITE_SETTINGS: Final = (*(name for name in PageSettings.model_fields if name not in OF_THE_PROCESS), *OF_A_RUN)
"""Settings that each site of a list may have of its own."""
ARGUMENT: Final = re.compile(r"Reading the argument (\w{1,40})")


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A site to visit: what it is called, the address it was named by, what its spider is asked, its own settings."""

    site: str
    url: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


def planned(name: str, arguments: Mapping[str, str], sites: Sites) -> list[PlannedVisit] | None:
    """The visits that these arguments of the spider `name` ask for; None where they mean one site.

    Raises ArgumentError with everything that is wrong with them, and with the file that lists the sites.
    """
    common = dict(arguments)
    listed = _listed(name, common, sites)
    if listed is None:
        return None
    faults = ArgumentFaults()
    if "mirror" in common:
        told = "it is one site's, and several are named"
        faults.note(ArgumentError("Reading the argument mirror", told, "Give it in the file, to the site it mirrors."))
        del common["mirror"]
    found, seen, told_of = [], dict[str, ListedSite](), set[str]()
    for one in listed:
        for fault in _faults(one, common, sites, seen):
            if str(fault) not in told_of:
                told_of.add(str(fault))
                faults.note(fault)
        if not told_of:
            found.append(_visit(one, common, sites))
    faults.tell()
    return found


def _listed(name: str, common: dict[str, str], sites: Sites) -> list[ListedSite] | None:
    """The sites that are named, which takes the arguments that name them out of the others; None for one site."""
    if name != ANY_SITE:
        return None
    if "sites" in common:
        if other := [argument for argument in ("site", "url") if argument in common]:
            happened = f"{' and '.join(other)} names sites, too"
            raise ArgumentError(f"Reading the argument sites={common['sites']}", happened, "Give one of them.")
        return read_sites(Path(common.pop("sites")), SITE_SETTINGS)
    named = addresses_in(common.get("site", ""))
    if len(named) > 1:
        if "url" in common:
            happened = "several sites are named, too"
            raise ArgumentError("Reading the argument url", happened, "Give addresses alone, of any sites, as url=.")
        del common["site"]
        return [ListedSite(one) for one in named]
    return None if "site" in common else _by_site(common, sites)


def _by_site(common: dict[str, str], sites: Sites) -> list[ListedSite] | None:
    """The sites that addresses of articles are on, each with its own; None where all are at one origin, or none is."""
    found: dict[str, tuple[str, list[str]]] = {}
    try:
        urls = {url: origin_of(url) for url in addresses_in(common.get("url", ""))}
        for url, origin in urls.items():
            found.setdefault(_key(origin, sites), (origin, []))[1].append(url)
    except (ValueError, ArgumentError):  # told where one site's addresses are
        return None
    if len(set(urls.values())) < 2:
        return None
    del common["url"]
    return [ListedSite(origin, {"url": ",".join(its)}) for origin, its in found.values()]


def _faults(
    one: ListedSite, common: Mapping[str, str], sites: Sites, seen: dict[str, ListedSite]
) -> Iterator[ArgumentError]:
    """What is wrong with a site of the list. A definition with faults is that site's own affair when it is visited."""
    try:
        definition = sites.of_host(one.url) if undescribed(one.url) else None
    except DefinitionError:
        definition = None
    except ArgumentError as err:
        yield ArgumentError(f"{one.where}{err.doing}", err.happened, err.remedy)
        return
    if (before := seen.setdefault(_key(one.url, sites), one)) is not one:
        happened = f"it is the same site as {before.url}{f' in line {before.line}' if before.line else ''}"
        yield ArgumentError(f"{one.where}Reading the site {one.url}", happened, "Keep one of the two.")
    try:
        asked(definition or undescribed(one.url), {**common, **one.arguments})
    except ArgumentError as err:
        for each in each_of(err):
            argument = ARGUMENT.match(each.doing)
            own = argument is None or argument[1] in one.arguments
            yield ArgumentError(f"{one.where if own else ''}{each.doing}", each.happened, each.remedy)
    for problem in problems(dict(one.settings), {name: name for name in one.settings}):
        yield ArgumentError(f"{one.where}{problem.error.doing}", problem.error.happened, problem.error.remedy)


def _key(url: str, sites: Sites) -> str:
    """What is the same for two addresses of one site; raises ArgumentError where this is no site's."""
    parts = urlsplit(undescribed(url).origin)
    try:
        if (definition := sites.of_host(url)) is not None:
            return definition.spider
    except DefinitionError:  # told when the site is visited
        pass
    return f"{min(hosts_like(parts.hostname or ''))}:{parts.port or ''}"


def _visit(one: ListedSite, common: Mapping[str, str], sites: Sites) -> PlannedVisit:
    """A site is called by its host, with a port that is not the usual one."""
    try:
        definition = sites.of_host(one.url)
    except DefinitionError:  # told when the site is visited, and costs no other
        definition = None
    site = definition.site.host if definition else urlsplit(undescribed(one.url).origin).netloc
    return PlannedVisit(site, one.url, {**common, **one.arguments}, one.settings)


def modes(visits: Sequence[PlannedVisit], usual: str) -> set[str]:
    """How the pages of these sites are fetched: the values of RENDER_MODE, `usual` where a site has none of its own."""
    return {visit.settings.get("RENDER_MODE", usual) for visit in visits}
