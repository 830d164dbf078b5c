"""Which bucket is meant where nobody says: the one that the environment names, else this project's embedded store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mtcrawler.model.environment import variables
from mtcrawler.model.errors import SettingError
from mtcrawler.storage.location import Location

DEFAULTS: Final = "mtcrawler.project.defaults"
"""The settings of whoever has no project, with which those of every project begin."""


def project() -> Path | None:
    """The project's folder: the nearest from here upwards with a scrapy.cfg, else the checkout this code runs from."""
    here = Path.cwd()
    folders = (here, *here.parents, Path(__file__).resolve().parents[2])
    return next((folder for folder in folders if (folder / "scrapy.cfg").is_file()), None)


def default_var() -> Path | None:
    """`var` in the project's folder; None where there is no project."""
    folder = project()
    return folder / "var" if folder else None


def var_of(named: str | Path | None) -> Path:
    """Where local data lies: where we are told, else `var` in the project's folder, from wherever we are run.

    Raises SettingError where there is neither: a store begun in any folder would only look like an empty bucket.
    """
    var = Path(named) if named else default_var()
    if var is None:
        raise SettingError(
            "looking for local data",
            f"neither {Path.cwd()} nor a folder above it is a project (scrapy.cfg)",
            "Make one with `mtcrawler init DIR`, or say where local data lies with --var or MTCRAWLER_VAR. "
            "To read a bucket that lies elsewhere, set S3_BUCKET.",
        )
    return var


def embedded_in(var: Path) -> Location:
    """The embedded store whose data lies there; it is started where it does not run.

    Raises SettingError, without making or starting anything, where there never was one; StoreUnreachable.
    """
    from mtcrawler.storage.embedded.server import Embedded  # noqa: PLC0415 - only where no bucket is named

    store = Embedded(var / "store")
    if not store.exists:
        raise SettingError(
            "looking for the embedded store",
            f"there is nothing in {store.folder}",
            "Correct --var or MTCRAWLER_VAR, set S3_BUCKET to read a bucket elsewhere, or run a crawl first.",
        )
    return store.up()


def location(environment: Mapping[str, str] | None = None, var: str | Path | None = None) -> Location:
    """The bucket that an environment (this process's unless given) names, else the embedded store in `var`, in
    MTCRAWLER_VAR or in the project's folder. Raises SettingError as `var_of` and `embedded_in` do, or StoreUnreachable.
    """
    given = variables() if environment is None else environment
    return Location.from_mapping(given) or embedded_in(var_of(var or given.get("MTCRAWLER_VAR")))
