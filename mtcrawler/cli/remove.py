"""`mtcrawler remove`: an article taken out of the bucket, with all that tells a word of it, for good."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcrawler.cli.progress import Progress
from mtcrawler.cli.terminal import console, given_var, json_line, location_of, safe
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model.errors import ArgumentError, SettingError, StoreError
from mtcrawler.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from mtcrawler.removal.removing import Removed
    from mtcrawler.removal.target import Target
    from mtcrawler.session.open_bucket import OpenBucket
    from mtcrawler.session.plan import Plan

NAMED = 5
"""Other addresses of an article that are named before it is removed."""

EARLIER = (
    "removing articles: the bucket keeps earlier versions of objects, in which what was removed can be read. Have it "
    "delete noncurrent versions (a lifecycle rule with NoncurrentVersionExpiration); the same command then ends with 0."
)
"""What is told where the bucket itself keeps what was removed."""

NOT_ASKED = (
    "removing articles: whether the bucket keeps earlier versions of objects, in which what was removed can be read, "
    "could not be asked ({}). Give the credentials the right s3:ListBucketVersions; the same command then tells."
)
"""What is told where nobody knows whether it does."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "remove",
        help="take articles out of the bucket for good",
        description="Delete articles, their revisions, kept pages and evidence, their rows in the tables and their "
        "words in the feed. The feed tells consumers that they are removed, and no crawl fetches or stores them again, "
        "nor other addresses of theirs. This cannot be undone. It may be stopped at any moment: the same again "
        "finishes it. `mtcrawler verify` proves that nothing is left.",
    )
    parser.add_argument("articles", nargs="+", metavar="ID-or-URL", help="an id, its first 8 characters, or an address")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; consumers of the feed read it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Remove the articles; a sentence says what was done, in a pipe a JSON line."""
    try:
        from mtcrawler.removal.removing import check_reason, remove  # noqa: PLC0415 - help does without
        from mtcrawler.removal.target import find  # noqa: PLC0415 - as above
        from mtcrawler.storage.read.reader import Bucket  # noqa: PLC0415 - as above
    except ModuleNotFoundError as err:
        happened = f"the package {err.name} is not installed"
        raise SettingError("removing articles", happened, "pip install 'mtcrawler[crawl,export]'.") from err
    reason, out = check_reason(options.reason), console()
    with _opened(options) as bucket, Progress("looking for the articles") as progress:
        with Bucket(bucket.location) as reader:
            found = [find(bucket.store, bucket.known, reader, asked) for asked in options.articles]
        targets = list({target.home.id: target for target in found}.values())
        if not options.yes:
            _ask(targets)

        def told(step: str, number: int) -> None:
            if number:
                progress.advance(number)
            else:
                progress.begin(step)

        var = given_var(options)
        done = remove(bucket, targets, reason, reports=var / "reports" if var else None, told=told)
        left_out = len(bucket.store.left_out)
        earlier, not_asked = _earlier(bucket, targets)
    if out.is_terminal:
        out.print(safe(_said(done)), soft_wrap=True)
    else:
        more: dict[str, int | None] = {"left_out": left_out} if left_out else {}
        if earlier is not False:
            more["earlier_versions"] = earlier
        sys.stdout.write(json_line({**asdict(done), **more}))
    apart = sorted({url for target in targets for url in target.apart})
    for url in apart:
        print(safe(f"mtcrawler: {url} led to it, too, and has an article of its own, which stays."), file=sys.stderr)
    if earlier:
        print(f"mtcrawler: {EARLIER}", file=sys.stderr)
    if not_asked:
        print(safe(f"mtcrawler: {NOT_ASKED.format(not_asked)}"), file=sys.stderr)
    return ExitCode.INCOMPLETE if left_out or earlier else 0


def _earlier(bucket: OpenBucket, targets: list[Target]) -> tuple[bool | None, str]:
    """Whether the bucket keeps earlier versions of what was removed; None, and why, where that could not be asked."""
    from mtcrawler.storage.connection import has_versions  # noqa: PLC0415 - help does without
    from mtcrawler.storage.layout import revision_folder  # noqa: PLC0415 - as above

    homes = dict.fromkeys(revision_folder(one.site, one.id) for target in targets for one in target.addresses)
    try:
        return has_versions(bucket.location, homes), ""
    except StoreError as err:
        return None, err.happened


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[OpenBucket]:
    """The bucket, open to write, with what this machine keeps for it. Whoever has no project keeps nothing."""
    from mtcrawler.session import local_files  # noqa: PLC0415 - help does without
    from mtcrawler.session.open_bucket import OpenBucket  # noqa: PLC0415 - as above

    location, var = location_of(options), given_var(options)
    with ExitStack() as opened:
        if var is None or not (var / "state").is_dir():
            var = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        plan = _plan(var)
        with local_files.named(plan):
            bucket = OpenBucket(plan, location, connections=32)
            opened.callback(bucket.store.close)
            opened.callback(bucket.close)
            bucket.known.refresh(bucket.store)  # all of it: other addresses may have been told just now
            yield bucket


def _plan(var: Path) -> Plan:
    from mtcrawler.session.plan import Plan  # noqa: PLC0415 - help does without

    return Plan(run_id=new_run_id(), state_dir=var / "state", spool_dir=var / "spool")


def _ask(targets: list[Target]) -> None:
    """Show what would go, and ask. Raises ArgumentError where the answer is no, or nobody can be asked."""
    doing, again = "removing articles", "Give --yes to remove them without a question."
    for target in targets:
        print(safe("\n".join(_shown(target))), file=sys.stderr)
    if not sys.stdin.isatty():
        raise ArgumentError(doing, "nobody is there to be asked whether this is meant", again)
    print(f"Remove {_number(len(targets), 'article')} for good? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise ArgumentError(doing, "the answer was not yes, so nothing was removed", again)


def _shown(target: Target) -> Iterator[str]:
    """An article as it is shown before it goes."""
    yield (target.headline or "(no longer there)").replace("\n", " ")
    again = "; it is removed already, and whatever is left of it goes" if target.told else ""
    yield f"  {target.home.url}  {_number(target.revisions, 'revision')}{again}"
    yield from (f"  also {one.url}" for one in target.others[:NAMED])
    if (more := len(target.others) - NAMED) > 0:
        yield f"  and {more} more addresses"


def _said(done: Removed) -> str:
    """What was done, in a sentence."""
    parts = {
        "object": done.objects,
        "line of the feed": done.lines,
        "row of tables": done.rows,
        "object of clusters": done.clusters,
        "record of kept pages": done.pages,
        "file of runs": done.run_files,
        "note": done.notes,
        "file on this machine": done.local_files,
    }
    listed = ", ".join(_number(number, what) for what, number in parts.items() if number) or "nothing was left"
    also = f" and {_number(done.addresses, 'other address', 'other addresses')}" if done.addresses else ""
    return f"{_number(done.articles, 'article')}{also} removed: {listed}."


def _number(number: int, one: str, many: str = "") -> str:
    noun, _, rest = one.partition(" ")
    return f"{number} {one if number == 1 else many or f'{noun}s {rest}'.strip()}"
