"""What other pages of a site say of one page, and what this one teaches of the site."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.memory import fields
from mtcrawler.extraction.memory.clutter import known_likely
from mtcrawler.extraction.memory.introductions import Introduction, Introductions
from mtcrawler.extraction.memory.lesson import Field, digest
from mtcrawler.extraction.memory.paths import Chains
from mtcrawler.extraction.memory.signatures import signing
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.extraction.metadata.pictures.wording import Wording, split_credit


class Recollection:
    """The memory of a site, asked about one page; `unaided` is what the model makes of it alone."""

    def __init__(
        self, memory: SiteMemory | None, address: str, page: Observation, unaided: NDArray[np.float64]
    ) -> None:
        self._memory, self._address, self._page, self._unaided = memory, address, page, unaided
        self.chains = Chains()

    @cached_property
    def likely(self) -> NDArray[np.float64]:
        """The probability of each segment that it is the article's."""
        if self._memory is None:
            return self._unaided
        known = known_likely(self._memory, digest(self._address), self._page, self._unaided, self.chains)
        if self.introduction is not None:
            known = known.copy()
            known[list(self.introduction.segments)] = 0.0
        return known

    @cached_property
    def introductions(self) -> Introductions:
        """What may be the introduction."""
        return Introductions(self._page, self._unaided)

    @property
    def knows_introductions(self) -> bool:
        """Whether the site is known to have a place for them."""
        return self._path("summary") is not None

    @cached_property
    def introduction(self) -> Introduction | None:
        """What stands where the site is known to show the introduction, apart from the text."""
        paths = self._memory.paths_for("summary") if self._memory else []
        return next((shown for path in paths if (shown := self.introductions.at(path))), None)

    @cached_property
    def lines(self) -> dict[HtmlElement, fields.Line]:
        """The elements in which byline and date may stand."""
        return fields.lines_of(self._page, self._unaided)

    @cached_property
    def opens(self) -> int:
        """The number of the segment with which the text opens: what stands before it may be a byline."""
        return fields.text_in(self._page, self._unaided)[0]

    def names(self) -> Iterator[dict[str, str | None]]:
        """What a byline says where the site is known to show it."""
        if path := self._path("authors"):
            yield from signing(path, self.lines, self._page)

    def dates(self) -> Iterator[str]:
        """What a date says where the site is known to show it."""
        if path := self._path("published_at"):
            yield from fields.dates_at(path, self.lines)

    def wording(self, image: HtmlElement) -> Wording:
        """What stands where the site is known to show the caption and the credit of the lead picture."""
        caption, credit = self._path("caption"), self._path("credit")
        if not caption and not credit:
            return Wording(None, None)
        box = fields.box_of(image)
        said = split_credit(fields.caption_at(caption, box) or "")
        return Wording(said.caption, fields.credit_at(credit, box) or said.credit)

    def _path(self, name: Field) -> str | None:
        return self._memory.path_for(name) if self._memory else None
