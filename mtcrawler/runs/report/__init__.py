"""The report of a run: one HTML page that holds all it shows, runs no script and fetches nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mtcrawler.runs.telemetry.manifest import Manifest
    from mtcrawler.runs.telemetry.report_data import ReportData
    from mtcrawler.security.redaction import Secrets

REPORT_NAME: Final = "report.html"
LONGEST: Final = 10_000
"""Characters of a text that are shown."""


def render(manifest: Manifest, data: ReportData | None, secrets: Secrets, note: str = "") -> bytes:
    """The page, as UTF-8. Whatever a site said stands in it as text: escaped, without control characters.

    `data` is what the run kept for it beside its manifest; `note` stands on top, such as why there is none.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415 - a quiet run does without
    from markupsafe import Markup  # noqa: PLC0415 - as above

    from mtcrawler.runs.report.view import view  # noqa: PLC0415 - as above

    def shown(value: Any) -> Any:
        if not isinstance(value, str) or isinstance(value, Markup):
            return value
        told = secrets.shown(value)
        return told if len(told) <= LONGEST else f"{told[:LONGEST]}… ({len(told)} characters)"

    folder = files(__package__)
    style = folder.joinpath("style.css").read_text(encoding="utf-8")
    names = ("page.html", "parts.html", "charts.html")
    pages = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in names}
    environment = Environment(
        loader=DictLoader(pages),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web"] = lambda url: str(url).startswith(("http://", "https://"))
    page = environment.get_template("page.html").render(**view(manifest, data), note=note, style=Markup(style))  # noqa: S704 - our own file
    return page.encode("utf-8", "replace")
