"""The choice between plain HTTP and the browser, page by page: learned by comparing, checked by sampling, kept."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import ValidationError

from mtcrawler.fetch.mode.mode_history import SELDOM, Comparison, ModeHistory, TemplateHistory, differing, history_in
from mtcrawler.fetch.mode.plain import Plain
from mtcrawler.fetch.mode.template_report import TemplateReport
from mtcrawler.model.article import Draft
from mtcrawler.storage.layout import mode_history_key
from mtcrawler.storage.notes import keep, recall_as
from mtcrawler.storage.port import ObjectStore

logger = logging.getLogger(__name__)

HELD = 200  # pages that may wait for what others will teach; each is kept as it was read, a megabyte or two
STRANGE = 20  # of a template that is known

Item = TypeVar("Item")


@dataclass(frozen=True)
class Trial:
    """A page that the browser is to show, so that the two can be compared."""

    plain: Plain
    sample: bool = False


Decision = Literal["take", "hold"] | Trial


class Auto(Generic[Item]):
    """Decides for one crawl of one site; not for threads, but `save` may run in one once the crawl is over.

    Every Trial that `decide` gives has to be followed by one `learn`. What waited for it (`hold`) is then `ready` to be
    decided anew.
    """

    def __init__(self, site: str, learned_by: str, *, free: bool) -> None:
        self._site, self._free = site, free
        self.history = ModeHistory(learned_by=learned_by)
        self._parts: frozenset[str] = frozenset()
        self._made: list[Comparison] = []
        self._asked: Counter[str] = Counter()  # pages of a template that the browser is showing now
        self._held: defaultdict[str, list[Item]] = defaultdict(list)
        self.ready: deque[Item] = deque()
        self._plain: Counter[str] = Counter()
        self._since: Counter[str] = Counter()  # pages taken since the last comparison
        self._reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._unasked = 0

    def recall(self, store: ObjectStore) -> None:
        """Learn what earlier runs learned; what cannot be read is learned anew."""
        recall_as(self._taken, store, mode_history_key(self._site), "What it taught is learned anew.")

    def _taken(self, body: bytes) -> None:
        """Go on from a history that was kept; raises ValidationError for what is none."""
        known = history_in(body, self.history.learned_by)
        if known is None:
            logger.info("The mode history of %s is another version's; it is learned anew.", self._site)
            return
        self.history = known
        self._parts = self.history.parts

    def save(self, store: ObjectStore) -> None:
        """Add what this run learned to what is kept; raises StoreError."""
        if self._made or self._since:
            keep(store, mode_history_key(self._site), lambda body: self._added(body).model_dump_json().encode() + b"\n")

    def goes_first(self) -> bool:
        """Whether the next page is asked for over HTTP before anything else.

        So it is while a template may yet be, or is, the same either way; else for one page in many. A publisher that
        is not free by policy is shown in the browser until a template has proved to be the same, wall and all.
        """
        known = self.history.templates.values()
        if any(lesson.choice == "http" for lesson in known):
            return True
        if self._free and (not known or any(lesson.choice == "learning" for lesson in known)):
            return True
        return self._free and self._seldom()

    def checks(self, draft: Draft) -> bool:
        """Whether a page that was shown without a trial should also be fetched over HTTP, to learn from."""
        if draft.kind == "live" or draft.access.tier != "free" or not draft.access.complete:
            return False
        known = self.history.templates.values()
        return not known or any(lesson.choice == "learning" for lesson in known) or self._seldom()

    def decide(self, plain: Plain) -> Decision:
        """Take this page as HTTP gave it, let it wait for what others teach, or show it in the browser as a Trial."""
        template = plain.template
        lesson = self.history.templates.get(template, TemplateHistory())
        trial = Trial(plain, lesson.choice == "http")
        if plain.doubt:
            return self._show(trial, plain.doubt)
        waits = self._asked[template] and sum(map(len, self._held.values())) < HELD
        if lesson.choice == "browser":
            return self._show(trial, f"differs in {min(lesson.differs)}")
        if lesson.choice == "learning":
            if waits and self._asked[template] >= lesson.wanting:
                return "hold"
            return self._show(trial, "not known yet")
        why = lesson.strange(plain.words, plain.fields)
        if why or plain.parts - self._parts:
            few = len(self._held[template]) < STRANGE  # what is strange about one is often strange about the next
            return "hold" if waits and few else self._show(trial, why or "a part not seen before")
        if lesson.taken + self._since[template] + 1 >= lesson.every:
            self._forget(template)
            return self._show(trial, "sample")
        self._plain[template] += 1
        self._since[template] += 1
        return "take"

    def trial(self, plain: Plain) -> Trial:
        """For a page that was shown already, as HTTP gives it."""
        return self._show(Trial(plain), "shown first")

    def hold(self, plain: Plain, what: Item) -> None:
        """Keep what waits for the pages of the same template that are being shown."""
        self._held[plain.template].append(what)

    def learn(self, trial: Trial, shown: Draft | None) -> None:
        """What the browser showed of a trial, None where nothing came of it."""
        plain = trial.plain
        self._asked[plain.template] -= 1
        differs = differing(plain.draft, shown) if plain.draft and shown else None
        if differs is not None and shown is not None:
            self._note(
                Comparison(
                    template=plain.template,
                    url=shown.canonical_url,
                    differs=differs,
                    sample=trial.sample,
                    words=plain.words,
                    fields=plain.fields,
                    parts=plain.parts,
                )
            )
        self.ready.extend(self._held.pop(plain.template, []))

    def left(self) -> list[Item]:
        """All that still waits, for when nothing is under way that it could wait for."""
        held = [*self.ready, *(what for waiting in self._held.values() for what in waiting)]
        self.ready.clear()
        self._held.clear()
        return held

    def report(self) -> dict[str, TemplateReport]:
        """What is known of each template that this run met."""
        met = sorted({*self._plain, *self._reasons})
        known = self.history.templates
        return {
            name: TemplateReport.of(known.get(name, TemplateHistory()), self._plain[name], self._reasons[name])
            for name in met
        }

    def _show(self, trial: Trial, why: str) -> Trial:
        self._asked[trial.plain.template] += 1
        self._reasons[trial.plain.template][why] += 1
        return trial

    def _note(self, seen: Comparison) -> None:
        before = self.history.templates.get(seen.template, TemplateHistory())
        self._made.append(seen)
        self._forget(seen.template)
        self.history = self.history.after([seen], {})
        after = self.history.templates[seen.template]
        self._parts |= after.parts
        if before.choice == "http" and after.choice != "http":
            logger.warning(
                "Over plain HTTP %s differs in %s: pages like it (%s) are shown in the browser from now on.",
                seen.url,
                ", ".join(seen.differs),
                seen.template,
            )

    def _forget(self, template: str) -> None:
        """Count the pages since a comparison from now on; this run's own history begins at their last one."""
        self._since.pop(template, None)
        known = self.history.templates
        if template in known and known[template].taken:
            fresh = {**known, template: known[template].model_copy(update={"taken": 0})}
            self.history = self.history.model_copy(update={"templates": fresh})

    def _seldom(self) -> bool:
        self._unasked += 1
        return self._unasked % SELDOM == 0

    def _added(self, body: bytes | None) -> ModeHistory:
        known = None
        with suppress(ValidationError):  # set aside when this run began, or written since; it is of no use to anybody
            known = history_in(body, self.history.learned_by) if body else None
        return (known or ModeHistory(learned_by=self.history.learned_by)).after(self._made, self._since)
