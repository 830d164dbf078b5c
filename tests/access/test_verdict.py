"""Laws of the judge: tiers and completeness from saved evidence, never from one sign alone that may be innocent."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from mtcrawler.access.evidence import Declarations, Gate, PageEvidence, Place, Section, Signal
from mtcrawler.access.verdict import judge
from mtcrawler.model.article import Tier

WHOLE = PageEvidence(visible_words=420, paragraphs=9)
CUT = PageEvidence(visible_words=80, paragraphs=2)
OFFER = Gate(
    key=1,
    text="Subscribe to continue reading. From 2 a month.",
    blocking=True,
    place=Place(before=80),
    words={"access": 1.0, "pay": 2.0},
    asks=frozenset({"subscribe", "login"}),
)


def article(metas: dict[str, str] | None = None, **declared: object) -> Declarations:
    """What a page declares whose JSON-LD says this of the article."""
    return Declarations.of([{"@type": "NewsArticle", **declared}], metas or {})


def test_absent_markup_is_unknown_and_not_free() -> None:
    """A page that says nothing of access is of unknown tier, and whole as far as one can see."""
    verdict = judge(WHOLE)
    assert (verdict.access.tier, verdict.access.complete, verdict.wall) == ("unknown", True, None)


@pytest.mark.parametrize("value", [True, "True", "true", "https://schema.org/True"])
def test_declared_free_is_free(value: object) -> None:
    """Publishers write true in many ways."""
    assert judge(replace(WHOLE, declared=article(isAccessibleForFree=value))).access.tier == "free"


def test_a_policy_stands_for_missing_markup_and_against_gates() -> None:
    """What the publisher's spider file says of all its articles holds on each; only the server can still refuse."""
    assert judge(replace(WHOLE, gates=(OFFER,)), "free").access.tier == "free"
    assert judge(replace(WHOLE, gates=(OFFER,)), "free").wall is None
    assert judge(replace(WHOLE, declared=Declarations(status=402)), "free").wall == "subscription"


@pytest.mark.parametrize(
    ("status", "tier", "wall"),
    [
        (401, "registration", "registration"),
        (402, "subscription", "subscription"),
        (403, "unknown", None),
        (451, "unknown", None),
    ],
)
def test_a_refusal_by_the_server_is_believed(status: int, tier: Tier, wall: Tier | None) -> None:
    """401 and 402 are walls, 403 and 451 are refusals for reasons unknown; none of them is a whole article."""
    verdict = judge(replace(WHOLE, declared=Declarations(status=status)))
    assert (verdict.access.tier, verdict.access.complete, verdict.wall) == (tier, False, wall)


def test_a_gate_nobody_can_close_is_a_wall() -> None:
    """An offer that must be taken to read on stands as a subscription wall, and its layer is named."""
    verdict = judge(replace(CUT, gates=(OFFER,)))
    assert (verdict.wall, verdict.gates, verdict.access.complete) == ("subscription", (1,), False)


def test_a_gate_that_can_be_closed_is_an_overlay() -> None:
    """The same words with a way to close them are an overlay over a text that is whole."""
    assert judge(replace(WHOLE, gates=(replace(OFFER, closable=True),))).wall is None


def test_closing_does_not_bring_back_what_is_blurred() -> None:
    """Where the rest of the text is blurred, cut off or missing, a × on the offer changes nothing."""
    assert judge(replace(WHOLE, blurred_words=200, gates=(replace(OFFER, closable=True),))).wall == "subscription"


def test_a_plea_is_not_a_wall() -> None:
    """A dialog that asks for money or an address, without the words of access, is a message, however it stands."""
    plea = Gate(
        key=1, text="Choose how you support us", blocking=True, nag=1.0, asks=frozenset({"donate", "subscribe"})
    )
    assert judge(replace(WHOLE, gates=(plea,))).wall is None


def test_an_advertisement_over_a_whole_text_is_not_a_wall() -> None:
    """An offer without the words of access over a text that is whole is an advertisement."""
    offer = Gate(key=1, text="Half price", blocking=True, words={"pay": 1.0}, asks=frozenset({"subscribe"}))
    assert judge(replace(WHOLE, gates=(offer,))).wall is None
    assert judge(replace(CUT, gates=(offer,))).wall == "subscription"


def test_a_box_in_the_text_is_a_wall_only_where_the_text_ends() -> None:
    """A gate in the flow counts where the text before it is short, fades, is cut or kept; not beside a whole text."""
    box = replace(OFFER, blocking=False)
    assert judge(replace(CUT, gates=(box,))).wall == "subscription"
    assert judge(replace(WHOLE, gates=(replace(box, place=Place(before=420)),))).wall is None
    below = replace(box, place=Place(before=420))
    assert judge(replace(WHOLE, faded=True, gates=(below,))).wall == "subscription"


def test_registration_is_told_from_subscription() -> None:
    """Where an account is asked for and no money, the tier is registration."""
    gate = Gate(
        key=1,
        text="Create a free account to continue reading",
        blocking=True,
        words={"access": 1.0, "register": 2.0},
        asks=frozenset({"register", "login"}),
        fields=frozenset({"email"}),
    )
    assert judge(replace(CUT, gates=(gate,))).wall == "registration"


def test_a_meter_that_tripped_is_metered() -> None:
    """A gate that counts, and says the count is used up, is a metered wall."""
    gate = replace(OFFER, words={"access": 1.0, "meter": 1.0, "spent": 1.0, "pay": 1.0})
    assert judge(replace(CUT, gates=(gate,))).wall == "metered"


def test_a_meter_that_counts_is_no_wall() -> None:
    """While free articles are left the article is whole; that it is metered is told."""
    counter = Gate(key=1, text="2 free articles left", words={"meter": 1.0}, asks=frozenset({"subscribe"}))
    verdict = judge(replace(WHOLE, gates=(counter,)))
    assert (verdict.access.tier, verdict.access.complete, verdict.wall) == ("metered", True, None)


def test_consent_or_pay_is_a_wall_where_refusing_costs() -> None:
    """To agree or to pay is a wall; with a refusal that is free it is a consent overlay."""
    gate = Gate(
        key=1,
        text="Accept cookies or subscribe",
        blocking=True,
        consent=2.0,
        words={"pay": 1.0},
        asks=frozenset({"accept", "subscribe"}),
    )
    assert judge(replace(WHOLE, gates=(gate,))).wall == "consent-or-pay"
    assert judge(replace(WHOLE, gates=(replace(gate, refusable=True, closable=True),))).wall is None


def test_an_age_gate_is_a_wall() -> None:
    """Who must state an age to go on stands before a wall."""
    gate = Gate(key=1, text="Are you over 18?", blocking=True, words={"age": 2.0}, asks=frozenset({"accept"}))
    assert judge(replace(WHOLE, gates=(gate,))).wall == "age"


def test_a_declared_section_that_cannot_be_seen_is_a_wall() -> None:
    """Not free, and the declared part is there and hidden: a wall, though no gate was found."""
    declared = article(isAccessibleForFree=False)
    evidence = replace(WHOLE, declared=declared, hidden_words=300, sections=(Section(".paid", 0, 300),))
    assert judge(evidence).wall == "subscription"


@pytest.mark.parametrize("sections", [(), (Section(".mark", 0),), (Section(".headline", 9),)])
def test_a_declared_section_without_a_word_is_no_sign(sections: tuple[Section, ...]) -> None:
    """A selector that finds nothing, an empty mark or the headline holds nothing back: whole, and no wall."""
    verdict = judge(replace(WHOLE, declared=article(isAccessibleForFree=False), sections=sections))
    assert (verdict.access.tier, verdict.access.complete, verdict.wall) == ("subscription", True, None)


@pytest.mark.parametrize(("hidden", "wall"), [(90, None), (120, "subscription")])
def test_what_is_kept_back_is_a_part_by_proportion(hidden: int, wall: Tier | None) -> None:
    """A fifth of the story and less is a note that is folded up, more is a part of the story."""
    declared = article(isAccessibleForFree=False)
    assert judge(replace(WHOLE, declared=declared, hidden_words=hidden)).wall == wall


def test_what_is_declared_free_is_not_kept_back() -> None:
    """Hidden words in a part that is declared as free are no paid part of the story."""
    evidence = replace(WHOLE, declared=article(isAccessibleForFree=False), hidden_words=300, free_words=300)
    assert judge(evidence).access.complete


def test_a_length_in_characters_is_not_one_in_words() -> None:
    """A declared length that is about the number of characters counts these."""
    evidence = replace(WHOLE, declared=article(isAccessibleForFree=False, wordCount=2500), characters=2450)
    assert judge(evidence).access.complete
    assert not judge(replace(evidence, characters=1500)).access.complete


REST = {"access": 1.0, "rest": 1.0, "pay": 2.0}


@pytest.mark.parametrize(
    ("place", "wall"),
    [
        (Place(before=700), "subscription"),
        (Place(before=700, after=30), "subscription"),
        (Place(before=350, after=350), None),
        (Place(before=700, between=200), None),
        (Place(before=700, beside=True), None),
        (Place(before=700, inside=400), None),
        (None, None),
    ],
)
def test_a_box_that_says_the_text_goes_on_is_a_wall_where_it_ends(place: Place | None, wall: Tier | None) -> None:
    """After a long beginning, too; but not amid the text, below other things, in a column, or around the text."""
    box = replace(OFFER, blocking=False, place=place, words=REST)
    evidence = replace(WHOLE, visible_words=700, paragraphs=20, gates=(box,))
    assert judge(evidence).wall == wall
    assert judge(replace(evidence, declared=article(isAccessibleForFree=False))).wall == wall


def test_a_box_below_what_is_all_there_is_an_offer() -> None:
    """Where the declared part or the declared length is to be seen to the end nothing goes on behind a box."""
    box = replace(OFFER, blocking=False, place=Place(before=420), words=REST)
    paid = replace(WHOLE, declared=article(isAccessibleForFree=False), gates=(box,))
    assert judge(replace(paid, sections=(Section(".paid", 400),))).wall is None
    assert judge(replace(paid, declared=article(isAccessibleForFree=False, wordCount=430))).wall is None


def test_a_closing_line_is_a_wall_without_anything_to_press() -> None:
    """A last line that says for whom the rest is ends the text; what only promises more does not."""
    line = Gate(key=1, text="x", closing=True, place=Place(before=420), words={"rest": 1.0, "members": 1.0})
    assert judge(replace(WHOLE, gates=(line,))).wall == "registration"
    assert judge(replace(WHOLE, gates=(replace(line, words={"members": 1.0}),))).wall is None


def test_a_declared_section_that_is_there_is_read() -> None:
    """Not free, but all of it is to be seen, as by a subscriber: whole, and no wall."""
    evidence = replace(WHOLE, declared=article(isAccessibleForFree=False), sections=(Section(".paid", 300),))
    verdict = judge(evidence)
    assert (verdict.access.tier, verdict.access.complete, verdict.wall) == ("subscription", True, None)


def test_much_less_text_than_declared_is_not_complete() -> None:
    """A text far shorter than its declared length is only a part of it."""
    cut = judge(replace(CUT, declared=article(isAccessibleForFree=False, wordCount="900 words")))
    assert cut.wall == "subscription"
    unknown = judge(replace(CUT, declared=article(wordCount=700))).access
    assert (unknown.tier, unknown.complete) == ("unknown", False)


def test_what_is_free_is_complete_and_keeps_what_declares_it() -> None:
    """A page that is free is whole however long it says to be; what was measured on it is no evidence of anything."""
    declared = article({"article:content_tier": "free"}, isAccessibleForFree=True, wordCount=900)
    evidence = replace(CUT, declared=declared, vendors=("piano",), faded=True)
    access = judge(evidence).access
    assert (access.tier, access.complete) == ("free", True)
    told = [(sign.signal, sign.value) for sign in access.evidence]
    assert told == [("json-ld:isAccessibleForFree", "true"), ("meta:article:content_tier", "free")]
    assert judge(evidence, "free").access.evidence == [*access.evidence, Signal.POLICY.saw("free")]


def test_a_contradiction_is_not_free() -> None:
    """Where one declaration says free and another says not, the page is not taken to be free."""
    declared = article({"article:content_tier": "locked"}, isAccessibleForFree=True)
    assert judge(replace(WHOLE, declared=declared)).access.tier == "subscription"


def test_evidence_is_told() -> None:
    """Every sign the verdict rests on is in the article's evidence, in one order, each under its one name."""
    metas = {"article:content_tier": "locked", "rating": "general"}
    ld = {"@type": "NewsArticle", "isAccessibleForFree": False, "wordCount": 900}
    evidence = replace(
        CUT,
        declared=Declarations.of([ld], metas, {"x-paywall": "hard"}, 402),
        sections=(Section(".paid", 0),),
        vendors=("piano",),
        gates=(OFFER, Gate(key=2, text="2 free articles left", words={"meter": 1.0})),
        blurred_words=12,
        clipped_words=3,
        faded=True,
    )
    told = [
        Signal(sign.signal)
        for sign in judge(replace(evidence, declared=replace(evidence.declared, status=200))).access.evidence
    ]
    assert told == [
        Signal.FREE,
        Signal.CONTENT_TIER,
        Signal.META,
        Signal.HEADER,
        Signal.PAID_PART,
        Signal.VENDOR,
        Signal.WORDS,
        Signal.BLURRED,
        Signal.CUT_OFF,
        Signal.FADES_OUT,
        Signal.METER,
        Signal.GATE_SUBSCRIPTION,
    ]
    assert judge(evidence).access.evidence[0] == Signal.HTTP_STATUS.saw("402")


@pytest.mark.parametrize("tier", get_args(Tier))
def test_every_wall_has_a_signal(tier: Tier) -> None:
    """Whatever tier a gate is a wall of, its signal is one of the list; free and unknown are no walls."""
    if tier in {"free", "unknown"}:
        with pytest.raises(ValueError, match="gate"):
            Signal.of_gate(tier)
    else:
        assert Signal.of_gate(tier) == f"gate: {tier}"
