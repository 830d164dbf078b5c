"""Who may read a page: the verdict on walls, reached from evidence alone, before anything on the page is touched."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from mtcrawler.markup.json_values import Node, objects, read
from mtcrawler.markup.numbers import word_count
from mtcrawler.model.article import Access, Evidence, Tier

SHORT = 130
"""So few visible words, with a gate after them, are a beginning and not an article."""
_JOINING = frozenset({"subscribe", "register", "pay", "paid"})


@dataclass(frozen=True)
class Gate:
    """A layer or a box that may be a wall; `words` weighs access, meter, spent, age, pay and register in what it says.

    `blocking` says that it covers the view, `after_story` that it comes after the text in the page. `nag` weighs the
    overlay it would otherwise be (donation, newsletter, …), `consent` the talk of cookies. `asks` is what its controls
    ask for, `closable` whether a reader could put it away, `refusable` whether consent can be refused in it.
    """

    key: int
    text: str
    blocking: bool = False
    after_story: bool = False
    closable: bool = False
    refusable: bool = False
    consent: float = 0.0
    nag: float = 0.0
    words: Mapping[str, float] = field(default_factory=dict)
    asks: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def has(self, word: str, weight: float = 1.0) -> bool:
        """Whether the gate speaks of this at least so much."""
        return self.words.get(word, 0.0) >= weight


@dataclass(frozen=True)
class Section:
    """A part of the page that its JSON-LD declares as paid, and how many words of it a reader can see."""

    selector: str
    found: int
    words: int


@dataclass(frozen=True)
class PageEvidence:
    """All that is known about who may read a page, as it was before anything was touched; words are counted."""

    url: str = ""
    status: int = 200
    json_ld: tuple[str, ...] = ()
    metas: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    visible_words: int = 0
    blurred_words: int = 0
    clipped_words: int = 0
    hidden_words: int = 0
    paragraphs: int = 0
    faded: bool = False
    trails_off: bool = False
    sections: tuple[Section, ...] = ()
    vendors: tuple[str, ...] = ()
    promised_words: int | None = None
    """How long the feed or the sitemap says the article is."""

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The JSON-LD objects about the whole page; parts (`hasPart`) speak for themselves, broken scripts not."""
        found: list[Node] = []
        for text in self.json_ld:
            with suppress(ValueError):
                found.extend(objects(read(text)))
        return tuple(found)

    @cached_property
    def declared_words(self) -> int | None:
        """How many words the page's JSON-LD says the article has."""
        return next((count for node in self.nodes if (count := word_count(node.get("wordCount")))), None)


@dataclass(frozen=True)
class Verdict:
    """What a reader without a subscription gets; `wall` is the tier of the wall that stands, `gates` its layers."""

    access: Access
    wall: Tier | None = None
    gates: tuple[int, ...] = ()


def judge(evidence: PageEvidence, policy: Tier | None = None) -> Verdict:
    """The verdict on a page; `policy` is what the publisher's spider file says of all its articles (usually "free").

    A policy of "free" makes every gate an overlay: only the server itself can then still refuse.
    """
    signs = [*_declared(evidence), *_measured(evidence)]
    refused = _refused(evidence.status)
    if refused:
        tier, wall = refused
        return Verdict(Access(tier=tier, complete=False, evidence=signs), wall)
    if policy == "free":
        signs.append(Evidence(signal="publisher policy", value="free"))
        return Verdict(Access(tier="free", complete=True, evidence=signs))
    free = _free(evidence)
    standing = [(gate, which) for gate in evidence.gates if (which := _wall(gate, evidence, free))]
    for gate, tier in standing:
        signs.append(Evidence(signal=f"gate: {tier}", value=" ".join(gate.text.split())[:160]))
    if standing:
        keys = tuple(gate.key for gate, _ in standing)
        return Verdict(Access(tier=standing[0][1], complete=False, evidence=signs), standing[0][1], keys)
    if free is False and _withheld(evidence):
        declared: Tier = "metered" if evidence.metas.get("article:content_tier") == "metered" else "subscription"
        return Verdict(Access(tier=declared, complete=False, evidence=signs), declared)
    return Verdict(Access(tier=_tier(evidence, free, policy), complete=not _cut(evidence), evidence=signs))


def _refused(status: int) -> tuple[Tier, Tier | None] | None:
    """What the server itself refuses: payment, signing in, or (403, 451) for reasons it keeps to itself."""
    refusals: dict[int, tuple[Tier, Tier | None]] = {
        401: ("registration", "registration"),
        402: ("subscription", "subscription"),
        403: ("unknown", None),
        451: ("unknown", None),
    }
    return refusals.get(status)


def _wall(gate: Gate, evidence: PageEvidence, free: bool | None) -> Tier | None:
    """Which wall a gate is, or None for an overlay, a box of the page, a box beside a text that is whole."""
    if gate.blocking and gate.has("age") and _asks_age(gate):
        return "age"
    if gate.blocking and _consent_or_pay(gate):
        return "consent-or-pay"
    kept = _kept(evidence)
    if gate.closable and not (kept and gate.has("access")):
        return None
    stands = _bars(gate, evidence) if gate.blocking else _ends_text(gate, evidence, free)
    return _tier_of(gate) if stands else None


def _bars(gate: Gate, evidence: PageEvidence) -> bool:
    """Whether a layer that covers the page, and that nobody can close, lets only those in who join or pay."""
    if gate.has("access") or gate.has("spent"):
        # "To continue, accept" or "… open the app" bars the way without asking anyone in.
        return _asks_in(gate) or (gate.nag < 1 and gate.consent < 1)
    part = _short(evidence) or _cut(evidence) or _kept(evidence)
    if "login" in gate.asks and gate.asks & _JOINING and (part or gate.nag < 1):
        return True
    # An offer over a text that is whole is an advertisement, however rudely it stands there.
    return gate.nag < 1 and part and bool(gate.asks & _JOINING)


def _ends_text(gate: Gate, evidence: PageEvidence, free: bool | None) -> bool:
    """Whether a box that covers nothing is where the text ends for those who do not join or pay."""
    if not (_asks_in(gate) and (gate.has("access") or gate.has("spent"))):
        return False
    kept = _kept(evidence) or free is False
    return kept or ((gate.nag < 1 or _door(gate)) and _stops_at(gate, evidence))


def _asks_in(gate: Gate) -> bool:
    return bool(gate.asks & (_JOINING | {"login"}) or gate.fields & {"email", "password"})


def _door(gate: Gate) -> bool:
    """Where to pay, or to sign in or else join: what walls offer and messages do not."""
    return bool(gate.asks & _JOINING) and ("login" in gate.asks or gate.has("pay"))


def _asks_age(gate: Gate) -> bool:
    fields = gate.fields & {"date", "number", "select-one", "text", "tel"}
    return bool(fields or gate.asks & {"accept", "other"}) or gate.has("age", 2)


def _consent_or_pay(gate: Gate) -> bool:
    pays = gate.asks & {"subscribe", "pay", "paid"}
    return gate.consent >= 1 and bool(pays) and gate.has("pay", 0.5) and not (gate.refusable or gate.closable)


def _tier_of(gate: Gate) -> Tier:
    if gate.has("meter") and gate.has("spent"):
        return "metered"
    pays = gate.words.get("pay", 0.0) + 2 * len(gate.asks & {"subscribe", "pay", "paid"})
    joins = (
        gate.words.get("register", 0.0) + 2 * len(gate.asks & {"register"}) + len(gate.fields & {"email", "password"})
    )
    return "subscription" if pays > joins else "registration"


def _kept(evidence: PageEvidence) -> bool:
    """Text that is there but kept from the reader: some of it clear, the rest blurred, cut or not shown."""
    return bool(evidence.blurred_words or evidence.clipped_words) or _sections_empty(evidence)


def _sections_empty(evidence: PageEvidence) -> bool:
    return bool(evidence.sections) and sum(section.words for section in evidence.sections) < 20


def _stops_at(gate: Gate, evidence: PageEvidence) -> bool:
    """Whether the text ends where the gate stands."""
    ends = _short(evidence) or evidence.faded or evidence.trails_off or evidence.hidden_words > 40
    return gate.after_story and (ends or _cut(evidence))


def _short(evidence: PageEvidence) -> bool:
    """A beginning: little text, or at most three paragraphs that are not long."""
    return evidence.visible_words < SHORT or (evidence.paragraphs <= 3 and evidence.visible_words < 2 * SHORT)


def _cut(evidence: PageEvidence) -> bool:
    """Much less text than declared or promised."""
    whole = max(evidence.declared_words or 0, evidence.promised_words or 0)
    return whole >= 80 and evidence.visible_words < 0.6 * whole


def _withheld(evidence: PageEvidence) -> bool:
    ends = evidence.faded or evidence.hidden_words > 40 or (evidence.trails_off and _short(evidence))
    return ends or _kept(evidence) or _cut(evidence)


def _tier(evidence: PageEvidence, free: bool | None, policy: Tier | None) -> Tier:
    if any(gate.has("meter") for gate in evidence.gates) or evidence.metas.get("article:content_tier") == "metered":
        return "metered"
    if free is not None:
        return "free" if free else "subscription"
    return policy or "unknown"


def _free(evidence: PageEvidence) -> bool | None:
    """What the page declares: free, not free, or nothing."""
    said = [value for node in evidence.nodes if (value := _truth(node.get("isAccessibleForFree"))) is not None]
    tier = evidence.metas.get("article:content_tier", "").lower()
    if tier in ("locked", "metered"):
        said.append(False)
    elif tier == "free":
        said.append(True)
    return all(said) if said else None


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).rsplit("/", 1)[-1].strip().lower()
    return {"true": True, "false": False, "yes": True, "no": False}.get(word)


def _declared(evidence: PageEvidence) -> list[Evidence]:
    signs = []
    if evidence.status != 200 and evidence.status:
        signs.append(Evidence(signal="HTTP status", value=str(evidence.status)))
    for node in evidence.nodes:
        if "isAccessibleForFree" in node:
            value = str(node["isAccessibleForFree"]).lower()[:160]
            signs.append(Evidence(signal="JSON-LD isAccessibleForFree", value=value))
    signs.extend(Evidence(signal=name, value=value) for name, value in sorted(evidence.metas.items()))
    for section in evidence.sections:
        signs.append(Evidence(signal="JSON-LD hasPart", value=f"{section.selector}: {section.words} words to be seen"))
    signs.extend(Evidence(signal="vendor", value=name) for name in evidence.vendors)
    return signs


def _measured(evidence: PageEvidence) -> list[Evidence]:
    signs = []
    whole = evidence.declared_words
    if whole:
        signs.append(Evidence(signal="words", value=f"{evidence.visible_words} of {whole} declared"))
    if evidence.promised_words:
        signs.append(Evidence(signal="words", value=f"{evidence.visible_words} of {evidence.promised_words} promised"))
    for name, count in (("blurred", evidence.blurred_words), ("cut off", evidence.clipped_words)):
        if count:
            signs.append(Evidence(signal=f"text {name}", value=f"{count} words"))
    if evidence.faded:
        signs.append(Evidence(signal="text fades out", value=f"after {evidence.visible_words} words"))
    for gate in evidence.gates:
        if gate.has("meter"):
            signs.append(Evidence(signal="meter", value=" ".join(gate.text.split())[:160]))
    return signs
