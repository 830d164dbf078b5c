"""How a run ends that something on our side kept from working: the browser, the bucket, this machine, the code."""

from __future__ import annotations

from typing import Final

from mtcrawler.model.printable import count
from mtcrawler.runs.outcome.causes import Cause
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.result import Outcome, RunResult, counted, listed

BROWSER_ERROR: Final = "BrowserError"
TRY_IT = "`python -m mtcrawler.fetch.browser.browser` tries it by itself and says what is missing."


def machinery(counts: Counts, store_error: str | None, store_trouble: str | None = None) -> RunResult | None:
    """What is wrong on our side: the browser, the bucket, this machine.

    `store_error` is what ended the run, `store_trouble` the last failure of the bucket that it went on after.
    """
    causes = counts.causes
    if causes.get(Cause.BROWSER) and (BROWSER_ERROR in counts.errors or not counts.met):
        return RunResult(Outcome.BROWSER, "the browser could not be started, or died and did not come back", TRY_IT)
    if causes.get(Cause.NOT_SHOWN, 0) > _from_site(counts) and not counts.met:
        cause = f"the browser showed none of {count(causes[Cause.NOT_SHOWN], 'page')} ({listed(counts.errors)})"
        return RunResult(Outcome.BROWSER, cause, TRY_IT)
    if store_error:
        return RunResult(
            Outcome.STORAGE,
            f"the run was ended by its store, {count(counts.stored.waiting, 'article')} waiting on disk",
            store_error,
        )
    if waiting := counts.stored.waiting:
        return RunResult(
            Outcome.STORAGE,
            f"the bucket could not be written; {count(waiting, 'article waits', 'articles wait')} on disk",
            f"{store_trouble or 'The log says why.'} Nothing is lost: the next run delivers them.",
        )
    if failed := counts.stored.failed:
        return RunResult(
            Outcome.STORAGE,
            f"{count(failed, 'article')} could not be stored",
            store_trouble or "See the errors for the cause, then run it again.",
        )
    if (failed := causes.get(Cause.STORE, 0)) and not counts.met:
        return RunResult(
            Outcome.STORAGE,
            f"no article was stored; the bucket failed {count(failed, 'time')} ({listed(counts.errors)})",
            store_trouble or "The manifest names an example of each; see that the bucket answers, then run it again.",
        )
    if failed := causes.get(Cause.DISK, 0):
        return RunResult(
            Outcome.STORAGE,
            f"{counted(counts)}; this machine's disk failed {count(failed, 'time')} ({listed(counts.errors)})",
            "Free space, or see whose the folder is (MTCRAWLER_VAR, TMPDIR); the manifest names it. Then run it again.",
        )
    if failed := causes.get(Cause.MACHINE, 0):
        shown = counts.rendered or causes.get(Cause.NOT_SHOWN) or BROWSER_ERROR in counts.errors
        return RunResult(
            Outcome.BROWSER if shown else Outcome.FAILED,
            f"{counted(counts)}; this machine had no file handles, processes or memory left {count(failed, 'time')}",
            "Raise the limits (`ulimit -n 4096`) or free memory, then run it again.",
        )
    if (failed := causes.get(Cause.CODE, 0)) > _from_site(counts) and not counts.met:
        return RunResult(
            Outcome.FAILED,
            f"{count(failed, 'page')} could not be read because of a mistake in the code ({listed(counts.errors)})",
            "The log has where it was: mend the definition's code, or report it.",
        )
    return None


def _from_site(counts: Counts) -> int:
    """Failures that are the site's."""
    return sum(counts.causes.get(cause, 0) for cause in (Cause.REFUSED, Cause.AWAY, Cause.NEEDS_BROWSER))
