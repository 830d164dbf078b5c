"""A session's files on this machine: closed to others, what waits in them told, failures named."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from mtcrawler.model.errors import MtcrawlerError, SettingError, StoreError
from mtcrawler.model.printable import safe
from mtcrawler.security import private_files
from mtcrawler.session.plan import Plan
from mtcrawler.storage.index.index_schema import discard
from mtcrawler.storage.write.rejected import PAGES, left_in

logger = logging.getLogger(__name__)

PROBE: Final = bytes(1 << 16)
"""What has to have room: about as much as a long article."""


def check(plan: Plan) -> None:
    """Make sure that the folders in which articles and what is known of them wait can be written.

    Raises SettingError, which names the folder and the setting.
    """
    for name, folder in (("STATE_DIR", plan.state_dir), ("SPOOL_DIR", plan.spool_dir)):
        probe = folder / f".probe-{plan.run_id}"
        try:
            private_files.folder(folder)
            private_files.put(probe, PROBE, durable=False)
            probe.unlink()
        except OSError as err:
            raise SettingError(
                f"looking for room in {folder}",
                f"it cannot be written ({err.strerror or err})",
                f"Free some space, correct {name} or MTCRAWLER_VAR, or run where you may write.",
            ) from err


def close_to_others(plan: Plan, tag: str) -> None:
    """Close what earlier versions wrote; others may keep files of their own beside ours, so only ours."""
    state, spool = private_files.folder(plan.state_dir), private_files.folder(plan.spool_dir)
    for name in ("known-*.sqlite*", "lease-*", "unresponsive-*", f"journal-{tag}"):
        for path in state.glob(name):
            private_files.close_to_others(path)
    private_files.close_to_others(spool / tag)


def tell_rejected(plan: Plan, tag: str) -> None:
    """Warn of the files that earlier runs moved aside, with what to do: nobody else will look at them."""
    for one in left_in([plan.spool_dir / tag, plan.spool_dir / f"{tag}{PAGES}"], [plan.state_dir / f"journal-{tag}"]):
        logger.warning("%s. %s", safe(str(one)), one.remedy)


@contextmanager
def named(plan: Plan) -> Iterator[None]:
    """Have whatever keeps a session from being opened be an error with a name: SettingError or StoreError."""
    try:
        yield
    except MtcrawlerError:
        raise
    except (OSError, sqlite3.Error) as err:
        if type(err) is sqlite3.DatabaseError:  # those below it are of the machine, or of the query
            with suppress(OSError):
                discard(plan.state_dir)
            happened = f"the table of articles is damaged ({err})"
            raise SettingError(f"opening {plan.state_dir}", happened, "Run again: it is made anew.") from err
        raise SettingError(
            f"opening {plan.state_dir} and {plan.spool_dir}",
            f"they cannot be written ({err})",
            "Free some space, correct STATE_DIR and SPOOL_DIR, or run where you may write.",
        ) from err
    except Exception as err:
        raise StoreError(
            "opening the bucket",
            f"something in it or in {plan.state_dir} was not foreseen ({type(err).__name__}: {err})",
            "Run mtcrawler verify to find it, or delete that folder.",
        ) from err


def unfinished(folder: Path, err: Exception) -> StoreError:
    """The failure of a run whose last lines this machine's disk does not take."""
    return StoreError(
        "finishing the run",
        f"{folder} cannot be written ({err})",
        "Free some space and run again: the next run delivers the rest of the change feed and looks at the pages anew.",
    )
