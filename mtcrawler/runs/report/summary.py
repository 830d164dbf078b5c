"""What the operator sees when a run has ended: what came of it, what went wrong, and where to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtcrawler.fetch.politeness.report import HostReport, RobotsState
from mtcrawler.model.errors import RobotsUnreadable
from mtcrawler.model.printable import count, safe
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.report.charts import clock
from mtcrawler.runs.telemetry.manifest import MANIFEST_NAME, Manifest
from mtcrawler.storage.layout import ARTICLES, manifest_key

ERRORS_SHOWN = 8


def print_summary(manifest: Manifest, console: Console, reader: str = "mtcrawler") -> None:
    """Print the summary table, the errors with one example each, where to look, and the verdict as the last line.

    `reader` is the command that reads this bucket.
    """
    table = Table(
        title=Text(safe(f"{manifest.subject} · {manifest.run_id}"), "italic"),
        title_justify="left",
        show_header=False,
        min_width=60,
    )
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in _rows(manifest):
        table.add_row(name, Text(safe(value)))
    console.print(table)
    if manifest.errors:
        console.print(_errors(manifest))
    if manifest.store is not None:
        console.print(Text("where to look", "bold"))
        for name, place in _places(manifest, reader):
            # These are there to be copied: a terminal that is too narrow breaks the line, and nothing is cut.
            console.print(Text.assemble((f"{name:<10}", "dim"), safe(place)), soft_wrap=True)
    style = "green" if manifest.exit_code == 0 else "bold red"
    told, _, message = verdict(manifest).partition(": ")
    console.print(Text.assemble((told, style), ": ", safe(message)), soft_wrap=True)


def verdict(manifest: Manifest) -> str:
    """How the run ended, as one line."""
    told = manifest.outcome if manifest.exit_code == 0 else f"{manifest.outcome} (exit code {manifest.exit_code})"
    return f"{told}: {manifest.message}"


def _rows(manifest: Manifest) -> Iterator[tuple[str, str]]:
    counts = manifest.counts
    stored = counts.stored
    yield "found", _with_parts(counts.addresses, _by_kind(counts.found))
    if same := counts.sources_unchanged:
        yield "sources as before", _with_parts(sum(same.values()), _by_kind(same))
    if counts.unreadable:
        yield "unreadable", ", ".join(counts.unreadable)
    yield from _left_unread(counts)
    yield from _addresses(manifest)
    yield "fetched", _with_parts(counts.fetched, {"in the browser": counts.rendered} if counts.rendered else {})
    yield "articles", _with_parts(counts.articles, counts.kinds)
    yield "stored", f"{stored.new} new, {stored.revised} revised, {stored.unchanged} unchanged"
    if stored.spooled or stored.delivered or stored.waiting:
        yield "by way of disk", f"{stored.spooled} put there, {stored.delivered} delivered, {stored.waiting} waiting"
    if stored.failed:
        yield "not stored", str(stored.failed)
    yield "duplicates", str(counts.duplicates)
    if counts.not_due or counts.not_modified:
        yield "known", f"{counts.not_due} not due, {counts.not_modified} not modified"
    if counts.missing:
        yield "missing", f"{counts.missing} (gone when missing a day later still)"
    if counts.dropped:
        yield "dropped", _with_parts(sum(counts.dropped.values()), counts.dropped)
    if counts.not_articles:
        yield "no articles", str(counts.not_articles)
    rows = (("fetched, out of scope", counts.out_of_scope), ("parts not given", counts.parts_withheld))
    yield from ((name, str(number)) for name, number in rows if number)
    if counts.disallowed:
        yield _disallowed(counts)
    yield from (("politeness", f"{name}: {told}") for name, host in manifest.hosts.items() if (told := _manners(host)))
    if counts.overlays:
        ends = {f"{kind} {end}": n for kind, ends in counts.overlays.items() for end, n in ends.items()}
        yield "overlays", _with_parts(sum(ends.values()), ends)
    if manifest.drift:
        yield "drifted", ", ".join(map(str, manifest.drift))
    minutes = manifest.seconds / 60
    rate = f", {counts.articles / minutes:.0f} articles/min" if minutes > 0 else ""
    yield "took", f"{clock(manifest.seconds)}{rate}"


def _left_unread(counts: Counts) -> Iterator[tuple[str, str]]:
    """What sources name and nobody could read, or was to."""
    if counts.cut:
        yield "not read", ", ".join(f"{number} × {cut}" for cut, number in counts.cut.items())
    if counts.unusable:
        yield "without a link", _with_parts(sum(counts.unusable.values()), _by_kind(counts.unusable))


def _disallowed(counts: Counts) -> tuple[str, str]:
    """Addresses that were not asked for; a robots.txt that cannot be fetched is not the publisher's word."""
    if RobotsUnreadable.__name__ in counts.errors:
        return "not asked for", f"{counts.disallowed}, as robots.txt forbids it or cannot be fetched"
    return "disallowed", f"{counts.disallowed} by robots.txt"


def _addresses(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """What became of the addresses that were found, and those that are worth naming."""
    counts = manifest.counts
    if counts.fates:
        yield "became", ", ".join(f"{n} {fate}" for fate, n in sorted(counts.fates.items(), key=lambda one: -one[1]))
    if counts.foreign:
        yield "elsewhere", f"{count(counts.foreign, 'address is', 'addresses are')} on none of the site's hosts"
    if counts.unmatched:
        yield "no article's", f"{count(counts.unmatched, 'address matches', 'addresses match')} no pattern of articles"
    if manifest.not_kept:
        yield "asked, not stored", "\n".join(f"{url}: {fate}" for url, fate in manifest.not_kept.items())


def _manners(host: HostReport) -> str:
    """What is worth a line of how a host was asked."""
    told, robots = [], host.robots
    if robots is not None and robots.state not in {RobotsState.READ, RobotsState.NONE}:
        told.append(f"robots.txt {robots.state}: {robots.said}")
    if robots is not None and robots.delay is not None:
        capped = f" of the {robots.asked_delay:g} s it asks for" if robots.delay != robots.asked_delay else ""
        told.append(f"{robots.delay:g} s{capped} between requests, by robots.txt")
    if host.refused:
        told.append(f"refused {count(host.refused, 'time')}, waited for {host.waited:g} s")
    if host.given_up:
        told.append("given up")
    return "; ".join(told)


def _errors(manifest: Manifest) -> Table:
    table = Table(title="errors", title_justify="left", title_style="bold red", min_width=60)
    for name in ("n", "what", "for example"):
        table.add_column(name, justify="right" if name == "n" else "left", overflow="fold")
    for group in manifest.errors[:ERRORS_SHOWN]:
        where = Text(f"{safe(group.url)}\n" if group.url else "") + Text(safe(group.example), "dim")
        table.add_row(str(group.count), Text(safe(group.name)), where)
    if len(manifest.errors) > ERRORS_SHOWN:
        table.caption = f"and {len(manifest.errors) - ERRORS_SHOWN} more, in the manifest"
    return table


def _places(manifest: Manifest, reader: str) -> Iterator[tuple[str, str]]:
    assert manifest.store is not None
    store = manifest.store
    root = f"s3://{store.bucket}/{store.prefix}/" if store.prefix else f"s3://{store.bucket}/"
    day = f"{manifest.started_at:%Y-%m-%d}"
    yield "articles", f"{root}{ARTICLES}{f'  at {store.endpoint}' if store.endpoint else ''}"
    yield "this run", root + manifest_key(day, manifest.run_id)
    if manifest.evidence:
        folder = manifest_key(day, manifest.run_id).removesuffix(MANIFEST_NAME) + "evidence/"
        yield "evidence", f"{root}{folder} ({len(manifest.evidence)} screenshots)"
    yield "report", f"{reader} report {manifest.run_id}"
    yield "try", f"{reader} articles"
    yield "", f"{reader} show ID-or-URL"


def _by_kind(found: Mapping[str, int]) -> dict[str, int]:
    """The numbers of sources of one kind together: "sitemap:2026-11" and "sitemap:2026-10" are both sitemap."""
    kinds: dict[str, int] = {}
    for source, number in found.items():
        kind = source.partition(":")[0]
        kinds[kind] = kinds.get(kind, 0) + number
    return kinds


def _with_parts(total: int, parts: Mapping[str, int]) -> str:
    told = ", ".join(f"{number} {name}" for name, number in sorted(parts.items(), key=lambda pair: -pair[1]))
    return f"{total} ({told})" if told else str(total)
