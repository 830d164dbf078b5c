"""Who may read a page: the verdict on walls, reached from evidence alone, before anything on the page is touched."""

from __future__ import annotations

from dataclasses import dataclass

from mtcrawler.access.evidence import Gate, PageEvidence, Signal
from mtcrawler.model.article import Access, Tier

SHORT = 130
"""So few visible words, with a gate after them, are a beginning and not an article."""
_JOINING = frozenset({"subscribe", "register", "pay", "paid"})


@dataclass(frozen=True)
class Verdict:
    """What a reader without a subscription gets; `wall` is the tier of the wall that stands, `gates` its layers."""

    access: Access
    wall: Tier | None = None
    gates: tuple[int, ...] = ()


def judge(evidence: PageEvidence, policy: Tier | None = None) -> Verdict:
    """The verdict on a page; `policy` is what the publisher's spider file says of all its articles (usually "free").

    A policy of "free" makes every gate an overlay: only the server itself can then still refuse. A page that is free
    is complete, and its evidence is what declares it free.
    """
    declared = evidence.declared
    refused = _refused(declared.status)
    if refused:
        tier, wall = refused
        return Verdict(Access(tier=tier, complete=False, evidence=evidence.signs()), wall)
    if policy == "free":
        return Verdict(Access(tier="free", evidence=[*declared.of_free(), Signal.POLICY.saw("free")]))
    signs, free = evidence.signs(), declared.free
    standing = [(gate, which) for gate in evidence.gates if (which := _wall(gate, evidence, free))]
    if standing:
        signs.extend(Signal.of_gate(tier).saw(gate.text) for gate, tier in standing)
        keys = tuple(gate.key for gate, _ in standing)
        return Verdict(Access(tier=standing[0][1], complete=False, evidence=signs), standing[0][1], keys)
    if free is False and _withheld(evidence):
        wall = "metered" if declared.metered else "subscription"
        return Verdict(Access(tier=wall, complete=False, evidence=signs), wall)
    tier = _tier(evidence, free, policy)
    if tier == "free":
        return Verdict(Access(tier="free", evidence=declared.of_free()))
    return Verdict(Access(tier=tier, complete=not _cut(evidence), evidence=signs))


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
    """Much less text than declared."""
    whole = evidence.declared.words or 0
    return whole >= 80 and evidence.visible_words < 0.6 * whole


def _withheld(evidence: PageEvidence) -> bool:
    ends = evidence.faded or evidence.hidden_words > 40 or (evidence.trails_off and _short(evidence))
    return ends or _kept(evidence) or _cut(evidence)


def _tier(evidence: PageEvidence, free: bool | None, policy: Tier | None) -> Tier:
    if any(gate.has("meter") for gate in evidence.gates) or evidence.declared.metered:
        return "metered"
    if free is not None:
        return "free" if free else "subscription"
    return policy or "unknown"
