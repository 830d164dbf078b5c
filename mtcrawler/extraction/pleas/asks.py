"""What a line asks of its readers, by its words, in the languages of the vocabulary."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final, Literal, NamedTuple

from mtcrawler.extraction.pleas.glance import Glance
from mtcrawler.extraction.pleas.speech import spoken_in
from mtcrawler.overlays.observation.lexicon import Lexicon
from mtcrawler.overlays.observation.phrases import Match, words_of

Kind = Literal["letter", "gift", "story", "talk", "origin"]
"""To subscribe or to follow, to give, to read another story, to share or comment; or where the text is from."""
OPENING: Final = frozenset("ask asked give given also talk origin trace".split())
"""What every line that asks has one phrase of."""
FREE: Final = frozenset("asked given trace letter channel ours work".split())
"""What may stand anywhere in a sentence."""
LINE_OPENS: Final = frozenset({"also", "origin"})
"""What has to open the line."""
JOINTS: Final = frozenset(
    """
    and or please also then to here now you can could just so why not don't forget be sure but today
    bitte und oder hier jetzt auch et ou ici aussi merci de y o e ed aquí também aqui en of ook i oraz lub także
    и или также пожалуйста чтобы а еще і й та або також щоб ve veya och eller og även dan atau juga
    nebo také και η vagy és și si sau و او
    """.split()
)
"""Words that may stand between the beginning of a clause and its verb."""
NAME: Final = 6  # letters of a name that no other word holds by chance
BRIEF: Final = 5  # words of a sentence that goes with the one before
BEFORE: Final = 3  # of them
EVERYWHERE: Final = "en"
"""Names of other sites are those of its list in all languages."""
_SENTENCE: Final = re.compile(r"(?<=[.!?…。！？।؟])(?=[^.!?…。！？।؟\w])|(?<=[。！？])|\n")
_CLAUSE: Final = re.compile(r"[,:;—–|•·»>)(\]\[،、：，（）*?!]|\s-\s")


class Asked(NamedTuple):
    """What a line asks for, and the share of its words that do."""

    kind: Kind
    share: float


class _Sentence(NamedTuple):
    """The words of a sentence, an empty one for each that is quoted; `starts` are the numbers of those that begin a
    clause.
    """

    words: list[str]
    starts: frozenset[int]


@cache
def _phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text("utf-8"))


@cache
def _vocabulary() -> Lexicon:
    """The phrases, looked up at once; the sense of one is its language and what it is a sign of: `topic:en/ask`."""
    topics = {f"{language}/{sense}": said for language, senses in _phrases().items() for sense, said in senses.items()}
    return Lexicon([{"topics": topics, "no": [], "and": [], "without": []}])


@cache
def _glances() -> tuple[Glance, Glance, Glance]:
    """For a quick look: what asks, what it asks for, and what needs nothing beside it."""
    said = [(sense, phrase) for senses in _phrases().values() for sense, given in senses.items() for phrase in given]
    verbs, objects = {"ask", "asked", "give", "given"}, {"letter", "channel", "work"}
    return (
        Glance(phrase for sense, phrase in said if sense in verbs),
        Glance(phrase for sense, phrase in said if sense in objects),
        Glance(phrase for sense, phrase in said if sense in OPENING - verbs),
    )


def may_ask(text: str, words: Sequence[str], names: Sequence[str] = ()) -> bool:
    """Whether a text may ask for something, by the model's words of it: a quick look, as most lines do not.

    `names` are the publisher's, without spaces.
    """
    verbs, objects, alone = _glances()
    given = frozenset(words)
    return alone.sees(text, given) or (
        verbs.sees(text, given) and (objects.sees(text, given) or _is_named(words, names))
    )


def asked_in(text: str, names: Sequence[str] = ()) -> Asked | None:
    """What a line asks of its readers, or None; `names` are the publisher's, without spaces.

    Where it asks for several things it is the one that most words ask for. What somebody is quoted with asks nothing.
    """
    told: dict[Kind, int] = {}
    total = 0
    before: Kind | None = None
    for number, sentence in enumerate(_sentences(text)):
        total += len(sentence.words)
        kind = _kind(sentence, names, first=not number)
        if kind is None and all(sentence.words) and len(sentence.words) <= BRIEF:
            kind = before  # "It is free.", "Join now."
        if kind:
            told[kind] = told.get(kind, 0) + len(sentence.words)
        before = kind
    if not told:
        return None
    return Asked(max(told, key=lambda one: told[one]), sum(told.values()) / total)


def _sentences(text: str) -> Iterator[_Sentence]:
    spoken = spoken_in(text)
    for begin, end in _between(_SENTENCE, text, 0, len(text)):
        words: list[str] = []
        starts: set[int] = set()
        for start, stop in _between(_CLAUSE, text, begin, end):
            starts.add(len(words))
            for is_spoken, run in groupby(range(start, stop), spoken.__getitem__):
                said = words_of("".join(text[at] for at in run))
                words += [""] * len(said) if is_spoken else said
        if words:
            yield _Sentence(words, frozenset(starts))


def _between(marks: re.Pattern[str], text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the parts of a text begin and end that marks part."""
    for mark in marks.finditer(text, begin, end):
        yield begin, mark.start()
        begin = mark.end()
    yield begin, end


def _kind(sentence: _Sentence, names: Sequence[str], *, first: bool) -> Kind | None:
    """What a sentence asks for."""
    found: dict[str, set[str]] = {}
    for match in _vocabulary().matches(sentence.words):
        language, _, sense = match.phrase.sense.removeprefix("topic:").partition("/")
        if sense in FREE or (
            _opens(sentence, match) and first if sense in LINE_OPENS else _begins(sentence, match.start)
        ):
            found.setdefault(language, set()).add(sense)
    named = _is_named(sentence.words, names)
    sites = "channel" in found.get(EVERYWHERE, ())
    for senses in found.values():
        if senses & {"ask", "asked"}:
            channel = (sites or "channel" in senses) and (named or "ours" in senses)
            if "letter" in senses or channel:
                return "letter"
        if senses & {"give", "given"} and ("work" in senses or (named and "give" in senses)):
            return "gift"
        if "also" in senses:
            return "story"
        if "talk" in senses:
            return "talk"
        if senses & {"origin", "trace"}:
            return "origin"
    return None


def _opens(sentence: _Sentence, match: Match) -> bool:
    """Whether a line begins with this phrase; a single word has to be its whole clause, as a label is."""
    is_label = match.end in sentence.starts or match.end == len(sentence.words)
    return not match.start and (is_label or len(match.phrase.words) > 1)


def _begins(sentence: _Sentence, at: int) -> bool:
    """Whether a clause begins with this word, or with others that say no more than that it does."""
    for start in range(at, max(-1, at - BEFORE - 1), -1):
        if start in sentence.starts:
            return all(word in JOINTS for word in sentence.words[start:at])
    return False


def _is_named(words: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the publisher is named: by its name, or that of its site, in which words run together."""
    joined = "".join(words)
    return any(name in joined for name in names if len(name) >= NAME)
