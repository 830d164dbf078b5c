"""What is told of the pages that were met: sums, and every page that something went wrong with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from benchmarks.real_pages.meeting import Met


def told(pages: Sequence[Met]) -> Iterator[str]:
    """Line by line."""
    met = [page for page in pages if not (page.crash or page.left)]
    whole = [page for page in met if page.whole]
    false = [page for page in whole if page.false_wall]
    for page in pages:
        yield from _wrongs(page)
    yield f"pages {len(pages)}, that show their whole text {len(whole)}, whose script left them {_count(pages, 'left')}"
    yield f"harmed {_count(met, 'harmed')}, words lost {sum(page.lost for page in met if page.harmed)}"
    yield f"visible words withheld {sum(page.withheld for page in met)}, on {_count(met, 'withheld')} pages"
    yield f"false walls {len(false)} ({100 * len(false) / max(len(whole), 1):.1f} % of whole pages)"
    yield f"walls and parts {sum(page.wall is not None or not page.complete for page in met)}"
    yield f"crashes {_count(pages, 'crash')}"
    yield "acts:"
    acts = Counter((one.kind, one.action, one.outcome) for page in met for one in page.overlays)
    for (kind, action, outcome), number in sorted(acts.items()):
        yield f"  {number:4} {kind} {action} {outcome}"
    yield f"something still covers the story on {sum(bool(page.covering) and page.wall is None for page in met)} pages"
    yield _times("clean", [page.ms for page in met if not page.overlays])
    yield _times("with overlays", [page.ms for page in met if page.overlays])


def _wrongs(page: Met) -> Iterator[str]:
    name = f"{page.id} {page.url}"
    if page.crash:
        yield f"CRASH {name}\n{page.crash}"
    if page.left:
        yield f"LEFT {name}: to {page.left}"
    if page.harmed:
        yield f"HARMED {name}: {page.lost} of {page.shown} words are gone"
    if page.withheld:
        yield f"WITHHELD {name}: {page.withheld} of {page.shown} visible words"
    if page.wall or not page.complete:
        sort = "FALSE WALL" if page.false_wall else "PART"
        seen = f"{page.shown} of {page.truth} words"
        yield f"{sort} {name}: {page.wall or 'incomplete'} ({page.tier}), {seen}\n    " + "\n    ".join(page.evidence)
    for one in page.overlays:
        yield f"ACT {name}: {one.kind} {one.rule} {one.action} {one.outcome} {one.ms} ms"
    if page.wall is None:
        for each in page.covering:
            yield f"COVERED {name}: {each}"


def _count(pages: Sequence[Met], what: str) -> int:
    return sum(bool(getattr(page, what)) for page in pages)


def _times(what: str, times: Sequence[int]) -> str:
    if len(times) < 2:
        return f"{what}: {len(times)} pages"
    return f"{what}: median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms, {len(times)} pages"
