"""What is looked at to tell whether a crawl can run here, one thing after another."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mtcrawler.cli.doctor.finding import Finding
from mtcrawler.cli.doctor.installed import installed_extras, versions
from mtcrawler.model import clock
from mtcrawler.model.errors import (
    BrowserError,
    ClockWrong,
    DefinitionError,
    MachineError,
    MtcrawlerError,
    SessionExpired,
    SettingError,
)
from mtcrawler.security import private_files
from mtcrawler.storage import capabilities
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded, binary
from mtcrawler.storage.layout import SCHEMA_KEY
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import ObjectStore, check
from mtcrawler.storage.write.rejected import left_in

if TYPE_CHECKING:
    from mtcrawler.markup.addresses import Site
    from mtcrawler.sites.definition import SiteDefinition

SKEW: Final = 60
"""Seconds a clock may be wrong; S3 refuses requests at fifteen minutes."""
ROOM: Final = 1 << 30
"""Bytes: the spool may take half of that."""


@dataclass(frozen=True)
class Environment:
    """A place: its folder for local data (None where it has none), its environment, its bucket (or MtcrawlerError)."""

    var: Path | None
    environment: Mapping[str, str]
    bucket: Callable[[], Location]


def findings(env: Environment, *, online: bool) -> Iterator[Finding]:
    """Everything that can be found out; `online` asks publishers' sites as well."""
    extras = installed_extras()
    yield versions(extras)
    settings = None
    if "crawl" in extras:
        settings, finding = _settings(env)
        yield finding
        yield from _sites(settings)
        yield _machine()
        yield _browser(env)
    try:
        yield from _bucket(env, embedded=settings is None or settings.getbool("EMBEDDED_STORE", True))
        yield _disk(env.var or Path.cwd())
        yield from _rejected(env, settings)
        if env.var is not None and "crawl" in extras:
            yield from _sessions(env.var / "sessions")
    except OSError as err:  # the folder is another user's, or can be no folder
        said = f"{err.filename or env.var} cannot be used ({err.strerror or err})"
        yield Finding("disk", "wrong", said, "export MTCRAWLER_VAR=… as a folder of your own")
    if online and settings is not None:
        yield from _robots(settings)


def _settings(env: Environment) -> tuple[Any, Finding]:
    """The project's settings as a crawl here would read them; the library itself knows none."""
    project = env.environment.get("SCRAPY_PROJECT") or "default"
    try:
        from scrapy.utils.project import get_project_settings, inside_project  # noqa: PLC0415 - readers do without Scrapy

        from mtcrawler.config.project import check_project  # noqa: PLC0415 - as above
        from mtcrawler.fetch.user_agent import fault_of_contact  # noqa: PLC0415 - as above

        if not inside_project():
            said = "there is no scrapy.cfg in this folder or above it: crawls start in the project's folder"
            return None, Finding("settings", "warning", said, "cd to the folder with scrapy.cfg, or mtcrawler init DIR")
        check_project(env.environment)
        settings = get_project_settings()
    except SettingError as err:
        return None, Finding("settings", "wrong", f"{err.doing}: {err.happened}", err.remedy)
    except (ImportError, KeyError) as err:
        said = f"the settings of {project!r} cannot be read ({err})"
        return None, Finding("settings", "wrong", said, "export SCRAPY_PROJECT=default, or production")
    if wrong := settings.get("WRONG_IN_ENVIRONMENT"):
        said = "; ".join(f"{one.error.doing}: {one.error.happened}" for one in wrong)
        return settings, Finding("settings", "wrong", said, "mtcrawler settings")
    if settings.getbool("CONTACT_REQUIRED") and (wrong := fault_of_contact(settings.get("CONTACT"))):
        return settings, Finding("settings", "wrong", f"{project}: {wrong}", "export MTCRAWLER_CONTACT=https://…")
    return settings, Finding("settings", "ok", project)


def _machine() -> Finding:
    """Whether enough files may be opened and processes started."""
    from mtcrawler.runs.process.machine import check_machine  # noqa: PLC0415 - readers do without the crawler

    try:
        check_machine(browser=True)
    except MachineError as err:
        return Finding("machine", "wrong", err.happened, err.remedy)
    return Finding("machine", "ok", "enough open files and processes")


def _sites(settings: Any) -> Iterator[Finding]:
    """The definitions of sites, each of them that is wrong; nothing where no project says where they lie."""
    if settings is None or settings.get("SITES_DIR") is None:
        return
    from mtcrawler.cli.sites import checked  # noqa: PLC0415 - readers do without
    from mtcrawler.sites.loading import Sites, files_in  # noqa: PLC0415 - as above

    folder = Path(settings["SITES_DIR"])
    try:
        Sites(folder).check()
        found = checked(files_in(folder))
    except MtcrawlerError as err:
        yield Finding("sites", "wrong", f"{err.doing}: {err.happened}", err.remedy)
        return
    wrong = [one for one in found.values() if isinstance(one, DefinitionError)]
    for one in wrong:
        yield Finding("site", "wrong", f"{one.doing}: {one.happened}", "mtcrawler sites check")
    if not wrong:
        yield Finding("sites", "ok", f"{len(found)} described in {folder}")


def _browser(env: Environment) -> Finding:
    try:
        from mtcrawler.fetch.browser.browser import find_browser, verify_browser  # noqa: PLC0415 - readers do without a browser
        from mtcrawler.fetch.browser.driver import environment  # noqa: PLC0415 - as above

        browser = find_browser(env.environment.get("MTCRAWLER_BROWSER") or None)
        verify_browser(browser)
    except ImportError as err:
        return Finding("browser", "wrong", f"{err}", "pip install 'mtcrawler[crawl]'")
    except BrowserError as err:
        return Finding("browser", "wrong", f"{err.doing}: {err.happened}", err.remedy)
    path = browser.path
    name = ""
    if path:
        asked = [path, "--version"]
        name = subprocess.run(asked, env=environment(), capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - proved
    return Finding("browser", "ok", f"{browser} {f'({name})' if name else ''}".rstrip())


def _bucket(env: Environment, *, embedded: bool) -> Iterator[Finding]:
    """The bucket, what it makes of conditions, and its clock; `embedded` says whether it may be our own."""
    store = None
    try:
        if not embedded and Location.from_mapping(env.environment) is None:
            yield Finding("bucket", "wrong", "no bucket is named", "export S3_BUCKET=… (and S3_ENDPOINT_URL, AWS_…)")
            return
        if Location.from_mapping(env.environment) is None and env.var is not None:
            own = Embedded(env.var / "store")
            if not own.exists:
                binary()
                said = f"there is nothing in {own.folder}: the first crawl begins a store there"
                yield Finding("bucket", "warning", said, "If that is another folder than you meant: --var DIR")
                return
        location = env.bucket()
        store = connect(location, connections=1, attempts=2)
        check(store)
        yield Finding("bucket", "ok", location.where)
        conditional = capabilities.honours_conditions(store)
        yield (
            Finding("writes", "ok", "conditional writes are honoured")
            if conditional
            else Finding(
                "writes",
                "warning",
                "conditional writes are not honoured: safe for one crawler at a time only",
                "Never let two runs overlap, or take a bucket that honours If-None-Match",
            )
        )
        yield _clock(store)
    except MtcrawlerError as err:
        yield Finding("bucket", "wrong", f"{err.doing}: {err.happened}", err.remedy)
        if isinstance(err, ClockWrong) and err.ahead is not None:
            yield _skew(err.ahead)
    finally:
        if store is not None:
            store.close()


def _clock(store: ObjectStore) -> Finding:
    schema, ours = store.head(SCHEMA_KEY), clock.now()
    theirs = schema.server_time if schema else None
    if theirs is None:
        return Finding("clock", "warning", "the bucket does not say what time it is")
    return _skew((ours - theirs).total_seconds())


def _skew(ahead: float) -> Finding:
    """The clock of this machine, so many seconds ahead of the bucket's."""
    said = f"this machine's is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the bucket's"
    if abs(ahead) > SKEW:
        return Finding("clock", "wrong", said, "timedatectl set-ntp true")
    return Finding("clock", "ok", said if abs(ahead) >= 1 else "the same as the bucket's")


def _disk(var: Path) -> Finding:
    place = next(folder for folder in (var.resolve(), *var.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / (1 << 30):.1f} GB free under {var}"
    if free < ROOM:
        return Finding(
            "disk", "wrong", f"{said}; articles may have to wait there", f"df -h {place}; rm -r {var}/reports"
        )
    probe = place / ".mtcrawler-doctor"
    try:
        probe.touch(private_files.FILE)
        probe.unlink()
    except OSError as err:
        mend = f"chown -R $(id -u) {place}, or export MTCRAWLER_VAR=…"
        return Finding("disk", "wrong", f"{place} cannot be written ({err.strerror})", mend)
    return Finding("disk", "ok", said)


def _rejected(env: Environment, settings: Any) -> Iterator[Finding]:
    """Files that runs moved aside, in the spool and in the journal of whichever bucket."""
    spools, states = set[Path](), set[Path]()
    if env.var is not None:
        spools, states = {env.var / "spool"}, {env.var / "state"}
    if settings is not None:
        spools.add(Path(settings.get("SPOOL_DIR") or "var/spool"))
        states.add(Path(settings.get("STATE_DIR") or "var/state"))
    found = left_in(
        sorted({one.resolve() for folder in spools for one in folder.glob("*")}),
        sorted({one.resolve() for folder in states for one in folder.glob("journal-*")}),
    )
    for one in found:
        yield Finding("rejected", "warning", str(one), one.remedy)


def _sessions(folder: Path) -> Iterator[Finding]:
    from mtcrawler.fetch.sessions import ReaderSession  # noqa: PLC0415 - readers do without the crawler

    for file in sorted(folder.glob("*.json")):
        try:
            ReaderSession.open(file.stem, file)
        except SessionExpired as err:
            yield Finding("session", "warning", f"{file.stem}: {err.happened}", f"mtcrawler login {file.stem}")
        except MtcrawlerError as err:
            yield Finding("session", "wrong", f"{file.stem}: {err.happened}", err.remedy.removeprefix("Run: "))
        else:
            yield Finding("session", "ok", f"{file.stem}: readable by its owner only")


def _robots(settings: Any) -> Iterator[Finding]:
    """Whether the robots.txt of each site that is deployed answers, and lets us read its front page."""
    from scrapy.spiderloader import get_spider_loader  # noqa: PLC0415 - readers do without Scrapy

    from mtcrawler.cli.doctor.online import asked  # noqa: PLC0415 - as above

    spiders: Any = get_spider_loader(settings)
    sites: dict[str, Site] = {}
    for name in spiders.list():
        try:
            definition: SiteDefinition | None = getattr(spiders.load(name), "definition", None)
        except DefinitionError:  # told already
            continue
        if definition is not None and definition.deployed:
            sites[name] = definition.site
    for told in asked(settings, sites):
        if told.wrong:
            yield Finding("robots", "wrong", f"{told.name}: {told.address} {told.wrong}", told.mend)
        else:
            delay = f", {told.delay:g} s between two requests" if told.delay is not None else ""
            yield Finding("robots", "ok", f"{told.name}: {told.site.host} lets us read{delay}")
