"""What is known of a template: whether plain HTTP yields the same article as the browser, and how that was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated

from pydantic import Field, ValidationError

from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.fetch.mode.completeness import USUAL
from mtcrawler.fetch.mode.template_report import Choice
from mtcrawler.model.article import Article, Draft, Model
from mtcrawler.security.untrusted import Unreadable, parsed_object
from mtcrawler.storage.feed.segments import of_another_version

FIRST = 3  # pages of a template that must agree, one after another, before it is taken over HTTP
AGAIN = 20  # and once it has disagreed
OFTEN, SELDOM = 10, 50  # one page in so many is compared: of a template that is new to us or changed, and of any other
PARTS = 1000  # kept of a template: where every page has parts of its own, each is looked at
SETTLED = 3  # samples that agree before they become seldom
# How an article came to us is no part of it, and nothing is dismissed where nothing stands over a page.
APART = frozenset({"overlays", "provenance"})

MOST = 10**9
"""Of anything that is counted: a record comes from the bucket, and numbers without end cannot be reckoned with."""

Number = Annotated[int, Field(ge=0, le=MOST)]


class Comparison(Model):
    """One page fetched both ways: the fields in which its articles differ, and what was seen of the page."""

    template: str
    url: str
    differs: tuple[str, ...] = ()
    sample: bool = False  # whether the template was taken over HTTP at the time
    words: int = 0
    fields: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


class TemplateHistory(Model):
    """A template's record; numbers are of pages, `differs` gives an example address for each field that did.

    `streak` are the latest comparisons that agreed, `taken` the pages taken over HTTP since the last one. `words` is
    the mean and `shortest` the least of those that agreed, `always` the fields that all of them had, `parts` what they
    were put together from.
    """

    compared: Number = 0
    equal: Number = 0
    sampled: Number = 0
    streak: Number = 0
    taken: Number = 0
    differs: dict[str, str] = {}
    words: Annotated[float, Field(ge=0, le=MOST)] = 0
    shortest: Number = 0
    always: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()

    @property
    def choice(self) -> Choice:
        """How its pages are to be fetched."""
        if self.wanting == 0:
            return "http"
        return "browser" if self.differs else "learning"

    @property
    def wanting(self) -> int:
        """How many more pages have to agree before it is taken over HTTP."""
        return max(0, (AGAIN if self.differs else FIRST) - self.streak)

    @property
    def every(self) -> int:
        """One page in so many is compared."""
        return SELDOM if self.streak >= (AGAIN if self.differs else FIRST) + SETTLED else OFTEN

    def strange(self, words: int, fields: frozenset[str]) -> str | None:
        """What of a page is unlike those that agreed; None where it is like them."""
        if words < self.shortest and words < USUAL * self.words:
            return "much shorter than usual"
        lacking = self.always - fields
        return f"no {min(lacking)}" if lacking else None

    def after(self, seen: Comparison) -> TemplateHistory:
        """The record with one more comparison."""
        more = {"compared": self.compared + 1, "sampled": self.sampled + seen.sample, "taken": 0}
        if seen.differs:
            examples = {**dict.fromkeys(seen.differs, seen.url), **self.differs}
            return self.model_copy(update={**more, "streak": 0, "differs": examples})
        first = self.equal == 0
        return self.model_copy(
            update={
                **more,
                "equal": self.equal + 1,
                "streak": self.streak + 1,
                "words": self.words + (seen.words - self.words) / (self.equal + 1),
                "shortest": seen.words if first else min(self.shortest, seen.words),
                "always": seen.fields if first else self.always & seen.fields,
                "parts": self.parts | seen.parts if len(self.parts) < PARTS else self.parts,
            }
        )


class ModeHistory(Model):
    """All that is known of a publisher's templates, and by whom it was learned; another version learns anew."""

    learned_by: str
    templates: dict[str, TemplateHistory] = {}

    @property
    def parts(self) -> frozenset[str]:
        """What pages that agreed were put together from, whatever their template."""
        return frozenset().union(*(lesson.parts for lesson in self.templates.values()))

    def after(self, comparisons: Iterable[Comparison], taken: Mapping[str, int]) -> ModeHistory:
        """With these comparisons, in their order, and with pages taken over HTTP since the last of them."""
        known = dict(self.templates)
        for seen in comparisons:
            known[seen.template] = known.get(seen.template, TemplateHistory()).after(seen)
        for name, number in taken.items():
            lesson = known.get(name, TemplateHistory())
            known[name] = lesson.model_copy(update={"taken": lesson.taken + number})
        return self.model_copy(update={"templates": known})


def history_in(body: bytes, learned_by: str) -> ModeHistory | None:
    """The history in an object's bytes; None where another version learned them, whatever form it gave them.

    Raises ValidationError for what is none.
    """
    with suppress(Unreadable):
        by = parsed_object(body).get("learned_by")
        if isinstance(by, str) and by != learned_by:
            return None
    try:
        return ModeHistory.model_validate_json(body)
    except ValidationError as err:
        if of_another_version(err):
            return None
        raise


def differing(plain: Draft, shown: Draft) -> tuple[str, ...] | None:
    """The fields in which two drafts of a page differ once they are articles; None where the shown one is none."""
    try:
        true = article_of(shown)
    except Incomplete:
        return None
    try:
        found = article_of(plain)
    except Incomplete:
        return ("headline",) if not plain.headline else ("body",)
    names = (name for name in Article.model_fields if name not in APART)
    return tuple(name for name in names if getattr(found, name) != getattr(true, name))
