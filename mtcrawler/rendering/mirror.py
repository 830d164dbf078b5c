"""A mirrored site in the browser: what its pages ask of the publisher's own hosts is answered by the mirror."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Route

from mtcrawler.discovery.addresses import Site


class MirrorRoutes:
    """Sends a page's requests for the publisher's hosts to the mirror; does nothing where there is none."""

    def __init__(self, site: Site) -> None:
        self._site = site
        hosts = "|".join(re.escape(host) for host in sorted(site.hosts))
        self._own = re.compile(rf"^https?://({hosts})(:\d+)?/")

    async def install(self, page: Page) -> None:
        """Must be called before every navigation, after other routes: the route that was added last goes first."""
        mirror = self._site.mirror
        if mirror is None or urlsplit(mirror).hostname in self._site.hosts:
            return
        await page.unroute(self._own)
        await page.route(self._own, self._answer)

    async def _answer(self, route: Route) -> None:
        if route.request.resource_type in {"image", "media", "font"}:
            await route.abort()
            return
        try:
            response = await route.fetch(url=self._site.fetchable(route.request.url))
            # The page is at the mirror's origin and asks another one: without this its scripts could not read it.
            await route.fulfill(response=response, headers={**response.headers, "access-control-allow-origin": "*"})
        except Error:
            await route.abort()
