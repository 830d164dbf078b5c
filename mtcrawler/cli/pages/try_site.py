"""`mtcrawler sites try HOST`: a definition tried on its site's live pages, and what of it does not hold."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.read.stored_site import near
from mtcrawler.cli.terminal import console, json_line, safe
from mtcrawler.model.errors import ArgumentError, PageNotFetched, PageRefused
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.pages.fetching import try_definition
from mtcrawler.pages.trial import TrialAnswer, TrialRequest, TriedArticle

if TYPE_CHECKING:
    from mtcrawler.pages.trial_findings import TrialFinding
    from mtcrawler.sites.definition import SiteDefinition

REFUSED: Final = frozenset({"blocked", "login page", "consent page", "disallowed", "HTTP 401", "HTTP 403", "HTTP 429"})
"""What becomes of pages that a site refuses."""


def add_trial(actions: Any, folder: Any) -> None:
    """Add the parser of the action; `folder` says where the definitions are."""
    parser = actions.add_parser(
        "try",
        help="try a definition on its site's live pages; nothing is stored",
        description="Read a site's sources and some of its newest articles over plain HTTP, as a crawl would "
        "(robots.txt and pace hold), and say what of its definition does not hold. Nothing is stored. A table on a "
        "terminal, one JSON object in a pipe. Ends with 3 where something is to be mended, 12 where the site refuses, "
        "13 where nothing of it can be reached.",
    )
    parser.add_argument("host", metavar="HOST", help="a host of the site, such as www.example.com")
    parser.add_argument("--articles", type=int, default=10, metavar="N", help="articles to read (default: 10)")
    parser.add_argument("--days", type=int, default=7, metavar="N", help="of so many days (default: 7)")
    parser.add_argument("--mirror", metavar="URL", help="fetch the pages from this copy of the site")
    parser.set_defaults(run=lambda options: run(options, folder(options)))


def run(options: argparse.Namespace, folder: Path) -> int:
    """Try it, and tell."""
    from mtcrawler.pages.trial_findings import field_shares, findings  # noqa: PLC0415 - what only lists does without these
    from mtcrawler.sites.loading import Sites  # noqa: PLC0415 - as above

    if options.articles < 1 or options.days < 1:
        raise ArgumentError("reading --articles and --days", "one of them is below 1", "Give whole numbers from 1 on.")
    sites = Sites(folder)
    definition, file = sites.of_host(options.host), sites.file_of(options.host)
    if definition is None or file is None:
        alike = near(options.host, sites.hosts)
        remedy = " ".join(filter(None, (alike, f"Describe it: mtcrawler sites new {options.host}")))
        raise ArgumentError(f"trying the definition of {options.host}", f"{folder} has none", remedy)
    asked = TrialRequest(
        definition=str(file.absolute()), articles=options.articles, days=options.days, mirror=options.mirror
    )
    answer = try_definition(asked, options.environment)
    _refuse(definition, answer)
    found = findings(definition, answer)
    to_mend = sum(one.mend for one in found)
    out = console()
    if out.is_terminal:
        _show(definition, answer, found, out)
    else:
        counted = {"spider": definition.spider, "untried": definition.untried, "to_mend": to_mend}
        told = {"findings": [asdict(one) for one in found], "fields": list(map(asdict, field_shares(answer.articles)))}
        sys.stdout.write(json_line({**counted, **told, **answer.model_dump(mode="json")}))
    return ExitCode.INCOMPLETE if to_mend else 0


def _refuse(definition: SiteDefinition, answer: TrialAnswer) -> None:
    """Raises PageRefused where the site gave nothing because it would not, and PageNotFetched where it is not there."""
    if answer.articles:
        return
    doing = f"Trying the definition of {definition.site.host}"
    refused = [f"{one.fate}, {one.number} times" for one in answer.lost if one.fate in REFUSED]
    failures = [failure for one in answer.sources for failure in one.failures]
    if not any(one.answered for one in answer.sources):
        refused += [failures[0]] if failures and any(one.refused for one in answer.sources) else []
        if not refused:
            happened = f"no source could be read: {failures[0] if failures else 'none answered'}"
            raise PageNotFetched(doing, happened, "Check the address and the network, then try again.")
    if refused:
        remedy = "Ask the publisher, or try again later, and more slowly."
        raise PageRefused(doing, f"the site refuses: {refused[0]}", remedy)


def _show(definition: SiteDefinition, answer: TrialAnswer, found: Sequence[TrialFinding], out: Console) -> None:
    sources = _table("source", "answered", "addresses", "articles'")
    for one in answer.sources:
        _row(sources, [one.name, "yes" if one.answered else "no", str(one.named), str(one.matched)])
    out.print(sources)
    if answer.articles:
        _show_fields(answer.articles, out)
    for finding in found:
        out.print(Text("mend " if finding.mend else "look ", "bold red" if finding.mend else "yellow"), end="")
        out.print(safe(f"{finding.key}: {finding.happened}. {finding.remedy}"), soft_wrap=True)
    to_mend = sum(one.mend for one in found)
    out.print(Text(safe(_last_word(definition, len(answer.articles), to_mend)), "bold"), soft_wrap=True)


def _show_fields(articles: Sequence[TriedArticle], out: Console) -> None:
    from mtcrawler.pages.trial_findings import field_shares  # noqa: PLC0415 - as above

    table = _table("field", "found", "how", "such as")
    for one in field_shares(articles):
        how = ", ".join(f"{way} {number}" for way, number in one.ways.items())
        _row(table, [one.field, f"{one.found:.0%}", how, one.example])
    out.print(table)


def _last_word(definition: SiteDefinition, articles: int, to_mend: int) -> str:
    read = f"{articles} {'article was' if articles == 1 else 'articles were'} read"
    if to_mend:
        return f"{read}; {to_mend} {'thing is' if to_mend == 1 else 'things are'} to be mended."
    if definition.untried:
        return f"{read}; the definition holds: untried can go."
    return f"{read}; the definition holds."


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _row(table: Table, cells: Sequence[str]) -> None:
    table.add_row(*(Text(safe(cell)) for cell in cells))
