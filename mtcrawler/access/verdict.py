"""Who may read a page: the verdict on walls, reached from evidence alone, before anything on the page is touched."""

from __future__ import annotations

from dataclasses import dataclass

from mtcrawler.access.evidence import Gate, PageEvidence, Place, Signal
from mtcrawler.access.length import falls_short, reaches
from mtcrawler.model.article import Access, Tier

SHORT = 130
"""So few visible words, with a gate after them, are a beginning and not an article."""
NEAR = 80
"""Words of other things that may stand between the end of a text and its gate."""
BOX = 150
"""Words in a gate at most: what holds more is a part of the page."""
OFFERS = 300
"""The same where the article is declared as paid: such gates list what there is to buy."""
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
    if gate.closable and not (evidence.keeps and gate.has("access")):
        return None
    stands = _bars(gate, evidence) if gate.blocking else _ends_text(gate, evidence, free)
    return _tier_of(gate) if stands else None


def _bars(gate: Gate, evidence: PageEvidence) -> bool:
    """Whether a layer that covers the page, and that nobody can close, lets only those in who join or pay."""
    if gate.has("access") or gate.has("spent"):
        # "To continue, accept" or "… open the app" bars the way without asking anyone in.
        return _asks_in(gate) or (gate.nag < 1 and gate.consent < 1)
    part = _short(evidence.visible_words, evidence.paragraphs) or _cut(evidence) or evidence.keeps
    if "login" in gate.asks and gate.asks & _JOINING and (part or gate.nag < 1):
        return True
    # An offer over a text that is whole is an advertisement, however rudely it stands there.
    return gate.nag < 1 and part and bool(gate.asks & _JOINING)


def _ends_text(gate: Gate, evidence: PageEvidence, free: bool | None) -> bool:
    """Whether a box or a line that covers nothing is where the text ends for those who do not join or pay."""
    place = gate.place
    largest = OFFERS if free is False else BOX
    if place is None or place.beside or place.inside > largest or _all_there(evidence):
        return False
    if gate.closing:
        spoken_for = not gate.told or _speaks_for(gate, evidence, free)
        return spoken_for and _ends_at(place) and gate.has("rest", 0.5)
    if not (_asks_in(gate) and (gate.has("access") or gate.has("spent") or gate.keeps_the_rest)):
        return False
    if free is False and evidence.keeps:
        return True
    if not _ends_at(place):
        return False
    broken = place.trails or evidence.faded or evidence.blurred_words or evidence.clipped_words or _cut(evidence)
    counts = gate.has("meter") and not gate.has("spent")  # there are some left
    short = _short(place.before, evidence.paragraphs)
    part = broken or short or (gate.keeps_the_rest and not counts)
    asks = gate.nag < 1 or _door(gate) or (short and gate.has("rest") and bool(gate.fields & {"email", "password"}))
    return bool(part and (free is False or asks))


def _speaks_for(gate: Gate, evidence: PageEvidence, free: bool | None) -> bool:
    """Whether anything but its words says that a last line is a wall: what is declared, cut off, or to be pressed."""
    cut = evidence.trails_off or evidence.faded or evidence.keeps or _cut(evidence)
    return free is False or cut or _asks_in(gate) or evidence.visible_words < SHORT


def _ends_at(place: Place) -> bool:
    """Whether the story ends at this place: next to nothing of it follows, and nothing much stands between."""
    return place.after <= max(0.15 * place.before, NEAR / 2) and place.between <= NEAR


def _all_there(evidence: PageEvidence) -> bool:
    """Whether what a page declares is to be seen: its paid part to the last word, or its whole length."""
    if evidence.keeps:
        return False
    shown = sum(section.words for section in evidence.sections)
    whole = bool(evidence.sections) and shown >= SHORT and 2 * shown >= evidence.visible_words
    return whole or reaches(evidence.declared.words, evidence.visible_words)


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


def _short(words: int, paragraphs: int) -> bool:
    """A beginning: little text, or at most three paragraphs that are not long."""
    return words < SHORT or (paragraphs <= 3 and words < 2 * SHORT)


def _cut(evidence: PageEvidence) -> bool:
    """Much less text than declared."""
    return falls_short(evidence.declared.words, evidence.visible_words, evidence.characters)


def _withheld(evidence: PageEvidence) -> bool:
    """Whether a text that is declared as paid is not all there, though no gate was found."""
    if _all_there(evidence):
        return False
    broken = evidence.trails_off and _short(evidence.visible_words, evidence.paragraphs)
    return evidence.keeps or evidence.faded or broken or _cut(evidence)


def _tier(evidence: PageEvidence, free: bool | None, policy: Tier | None) -> Tier:
    if any(gate.has("meter") for gate in evidence.gates) or evidence.declared.metered:
        return "metered"
    if free is not None:
        return "free" if free else "subscription"
    return policy or "unknown"
