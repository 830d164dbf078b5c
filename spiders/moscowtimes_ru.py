"""The Russian service of The Moscow Times: the same system, other words."""

from __future__ import annotations

import re

from mtcrawler.markup.addresses import Site
from spiders.moscowtimes import MoscowTimes, MoscowTimesPage


class MoscowTimesRuPage(MoscowTimesPage):
    """An article page of the Russian service; it claims to be English."""

    # Stands at the top of the text, as a paragraph of its own.
    clutter = re.compile(
        r"(подписывайтесь на русскую службу the moscow times.*|подписаться|"
        r"поддержите the moscow times.*|читайте также:?)",
        re.IGNORECASE | re.DOTALL,
    )


class MoscowTimesRu(MoscowTimes):
    """https://www.moscowtimes.ru"""

    name = "moscowtimes_ru"
    site = Site(
        origin="https://www.moscowtimes.ru",
        hosts=frozenset({"www.moscowtimes.ru", "moscowtimes.ru", "static.moscowtimes.ru", "static.themoscowtimes.com"}),
        query_matters=False,
    )
    page = MoscowTimesRuPage
