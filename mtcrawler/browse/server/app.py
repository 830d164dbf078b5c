"""The web application: which address shows what, and how failures are told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mtcrawler.browse.index.database import IndexUnusable, TooSlow
from mtcrawler.browse.library import Library, NotThere
from mtcrawler.browse.server.guard import KEPT, REPORT, WITH_PICTURES, Guard, is_foreign
from mtcrawler.browse.views import article, kept_page, obstacles, revisions, runs, search, sites
from mtcrawler.browse.views.page import Page, Templates
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, ObjectUnreadable, StoreError

logger = logging.getLogger(__name__)

View = Callable[[Library, Mapping[str, str]], Page]
Answer = Callable[[Request], Response]
VIEWS: Final[dict[str, View]] = {
    "/": search.home,
    "/search": search.results,
    "/article/{id}": article.article,
    "/article/{id}/revisions": revisions.revisions,
    "/overlays": obstacles.overlays,
    "/walls": obstacles.walls,
    "/unreadable": obstacles.unreadable,
    "/runs": runs.runs,
    "/runs/{day}/{run}": runs.run,
    "/sites": sites.sites,
    "/sites/{site}": sites.site,
}
STATIC: Final = {"browse.css": "text/css", "browse.js": "text/javascript"}
ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#8f1d2c"/>'
    b'<path d="M3 5h10v1H3zm0 3h10v1H3zm0 3h6v1H3z" fill="#fff"/></svg>'
)
LONGEST: Final = 1000
"""Characters of a value that is asked for; each screen takes fewer."""
HTML: Final = "text/html"
HOUR: Final = "private, max-age=3600"


class Application:
    """Answers requests from a library. Safe for threads: each request is answered in one of a few."""

    def __init__(self, library: Library, foot: str) -> None:
        self._library = library
        self._templates = Templates(library, foot)
        folder = files("mtcrawler.browse").joinpath("static")
        self._static = {name: folder.joinpath(name).read_bytes() for name in STATIC}

    def routes(self) -> list[Route]:
        """Every address."""
        answers = {path: self._view(view) for path, view in VIEWS.items()}
        answers["/runs/{day}/{run}/report"] = self._report
        answers["/article/{id}/page"] = self._kept
        answers["/runs/{day}/{run}/evidence/{name}"] = self._picture
        answers["/static/{name}"] = self._file
        return [Route(path, self._telling(answer)) for path, answer in answers.items()]

    def failed(self, request: Request, error: Exception) -> Response:
        """What is said of a failure: what was being done, what happened, what to do."""
        if isinstance(error, HTTPException):
            error = NotThere("opening this page", "there is none at this address", "Begin at the first page.")
        if not isinstance(error, MtcrawlerError):
            logger.warning("%s: %s", type(error).__name__, error)
            error = MtcrawlerError("making this page", f"{type(error).__name__}", "Try again; if it stays, report it.")
        return self._html(Page("failure", _title(error), {"error": error}, _status(error)))

    def _telling(self, answer: Answer) -> Answer:
        """The same, with whatever goes wrong told on a page: hostile objects cost themselves, and never a traceback."""

        def told(request: Request) -> Response:
            try:
                return answer(request)
            except Exception as err:
                return self.failed(request, err)

        return told

    def _view(self, view: View) -> Answer:
        def answer(request: Request) -> Response:
            self._library.updater.wake()
            asked = {name: value[:LONGEST] for name, value in request.query_params.items()}
            if is_foreign(request.headers):
                asked.pop("pictures", None)  # a page elsewhere does not choose for the reader
            page = view(self._library, {**asked, **request.path_params})
            if page.status == 303:
                return RedirectResponse(str(page.values["to"]), 303)
            return self._html(page)

        return answer

    def _html(self, page: Page) -> Response:
        headers = {"Content-Security-Policy": WITH_PICTURES} if page.pictures else {}
        return Response(self._templates.html(page), page.status, headers, HTML)

    def _report(self, request: Request) -> Response:
        body = runs.report(self._library, request.path_params)
        return Response(body, headers={"Content-Security-Policy": REPORT}, media_type=HTML)

    def _kept(self, request: Request) -> Response:
        body = kept_page.kept(self._library, request.path_params)
        return Response(body, headers={"Content-Security-Policy": KEPT}, media_type=HTML)

    def _picture(self, request: Request) -> Response:
        given, wide = request.path_params, "wide" in request.query_params
        body = self._library.picture(given["day"], given["run"], given["name"], wide=wide)
        return Response(body, media_type="image/jpeg")  # kept by no browser: its article may be removed

    def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "icon.svg":
            return Response(ICON, headers={"Cache-Control": HOUR}, media_type="image/svg+xml")
        if name not in self._static:
            raise HTTPException(404)
        return Response(self._static[name], headers={"Cache-Control": HOUR}, media_type=STATIC[name])


def application(library: Library, *, foot: str = "", names: Collection[str] = ()) -> Starlette:
    """The application over a library. `foot` stands at the end of each page; `names` are this server's host names."""
    ours = Application(library, foot)
    return Starlette(
        routes=ours.routes(),
        middleware=[Middleware(Guard, names)],
        exception_handlers={HTTPException: ours.failed},  # an address that leads nowhere
    )


def _status(error: MtcrawlerError) -> int:
    match error:
        case NotThere():
            return 404
        case ArgumentError():
            return 400
        case ObjectUnreadable():
            return 502
        case TooSlow() | StoreError():
            return 503
        case _:
            return 500


def _title(error: MtcrawlerError) -> str:
    match error:
        case NotThere():
            return "Not here"
        case ArgumentError():
            return "That cannot be asked for"
        case ObjectUnreadable():
            return "This object cannot be read"
        case TooSlow():
            return "This takes too long"
        case IndexUnusable():
            return "The index cannot be used"
        case StoreError():
            return "The bucket does not answer"
        case _:
            return "This page cannot be made"
