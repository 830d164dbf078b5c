"""Names in a byline that nothing marks, as pages in Latin letters write them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from mtcrawler.extraction.bylines import is_person
from mtcrawler.extraction.metadata.names import is_full_name
from mtcrawler.extraction.signing_words import ALSO_FAMILIES, FIRMS, PAPERS, ROLE
from mtcrawler.markup.date_words import ENGLISH_MONTH

LONGEST: Final = 120
"""Characters of a line that names who wrote it."""
MOST: Final = 4
"""People who sign a story together."""
_OPENING: Final = re.compile(
    r"""\W{0,3}(?:(?:an?\ )?(?:story|stories|article|report|review|column|commentary|words|text|written|reported
    |reviewed|posted|compiled|contributed|submitted|prepared)\s+by|by|author|writer|reporter)\b\s*:?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_ROLE: Final = re.compile(
    rf"\b(?:{ROLE}|staff|bureau|special to|news service|contributing|associated press|newspaper|freelance)s?\b",
    re.IGNORECASE,
)
_PAPER: Final = re.compile(
    r"(?:[Oo]f|OF|[Ff]or|FOR) (?:[Tt]he |THE )?[A-Z][\w.'’-]*(?: [A-Z&][\w.'’-]*){0,4}(?: (?i:staff))?\Z"
    r"|\S+(?: \S+){0,4} (?i:staff)\Z"
)
_DATED: Final = re.compile(
    r"(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s{1,3})?"
    rf"\b{ENGLISH_MONTH}\.?\s\d{{1,2}},?\s\d{{4}}.{{0,20}}\Z",
    re.IGNORECASE,
)
"""A date at the end of a line."""
_SENT: Final = re.compile(r"from (\S.{3,50}?) in [A-Z][\w .’'-]{2,30}\Z", re.IGNORECASE)
_CONTACT: Final = re.compile(r"(?:contact|e-?mail|write\ to) (\S.{3,50}?) (?:at|by)\b", re.IGNORECASE)
_COPYRIGHT: Final = re.compile(
    r"(?:copyright|©|\(c\)) ?(?:© ?)?(?:\d{4} )?(?:by )?([^\d\W][^\d©]{3,50})\Z", re.IGNORECASE
)
_SAYS: Final = re.compile(r" (?:reports|reporting)(?: from\b.{0,40})?[.:]?\Z", re.IGNORECASE)
_OF_ONE: Final = re.compile(
    r"""(?:,.{0,60},)?\ (?:covers|(?:is|was)\ (?:an?|the)\ (?:[\w'’-]+\ ){0,3}(?:writer|reporter|editor|columnist
    |correspondent|critic|freelancer|contributor)|writes\ (?:for|about)|reports\ (?:for|on)|(?:can|may)\ be\ (?:reached
    |contacted|e-?mailed)|contributed\ to|['’]s\ (?:column|e-?mail)|welcomes\ (?:comments|e-?mail|letters))\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a note after a story tells of who wrote it, after the name."""
_REACHED: Final = re.compile(
    r"""(?:can|may)\ be\ (?:reached|contacted|e-?mailed)|^reach\ (?:the\ (?:reporter|writer|author)|him|her|them)\b
    |^(?:contact|e-?mail)\ (?:the\ (?:reporter|writer|author)|him|her)\b|['’]s\ e-?mail\ (?:address\ )?is
    |^about\ the\ (?:author|writer)\b|\bcontributed\ to\ this\ (?:report|story|article)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_HELPED: Final = re.compile(r"\bcontributed to this (?:report|story|article)\W{0,4}\Z")
"""What ends a line that names who helped with a text."""
HELPERS: Final = 400
"""Characters of such a line."""
_ADDRESS: Final = re.compile(r"@|\d{3}[-. ]\d{4}|\bcontributed\ to\ this\b", re.IGNORECASE)
"""What tells how somebody is reached; helpers are named for the report alone."""
_AFTER: Final = re.compile(r" (?:--?|[–—|•·/]) ?| ?[|•·/] | ?[(<\[]|--|,\s(?!(?:Jr|Sr)\b)")
"""What parts the names from what is said of them."""
_BAR: Final = re.compile(r"\s{0,3}[|•·(<\[]|\s[-–—]{1,2}\s")
_OF: Final = re.compile(r" (?:of|for|from|in|at) (?:the )?(?=[A-Z])")
_AND: Final = re.compile(r" (?:and|&|with) ", re.IGNORECASE)
_DASHED: Final = re.compile(r"(?:--?|[–—―]) ?([^\W\d_].*)", re.DOTALL)
_BRACKETED: Final = re.compile(r"\(([^()]{4,60})\)")
_CAPITAL_SURNAME: Final = re.compile(r"\b(Mc|O['’])([a-z])")
_SHORT: Final = 60  # characters of a line that says a role or a paper
_FEW: Final = 6  # words of it
_JUNIOR: Final = frozenset({"jr", "sr", "ii", "iii"})
_OF_PLACES: Final = frozenset(
    """
    about advertise association avenue bay beach board business central city classifieds club college commission
    community copyright council county creek december district east echo editorial falls february fire forest friday
    harbor harbour heights high hills home index information international island islands january july ledger
    letters mail map memorial menu mercury messenger mirror monday morning mountain mountains museum news newsletter
    north november obituaries october online page police policy press privacy record register report reports rights
    river road room saturday search section sentinel september services site society south special springs staff
    standard sun sun-press sunday terms thursday town trust tuesday union us use valley village voice web wednesday
    weekend west
    """.split()
)
"""Words of the names of places, of papers beside those of `signing_words`, of sections and days."""
_OF_WAYS: Final = frozenset(
    """
    account advertising auto autos careers categories comics contact coupons crossword customer education employment
    entertainment events fashion feedback finance food football health horoscopes lifestyle links login movies music
    pages printer quotes racing recipes science size shopping technology text traffic wanted weather yellow
    """.split()
)
"""Words of what a page leads on to."""
_NEVER: Final = _OF_PLACES | _OF_WAYS | PAPERS | FIRMS
_ALSO_NAMES: Final = ALSO_FAMILIES | frozenset(
    "april august green hill june lake march may park star street summer".split()
)
"""Such words that are names of people, too."""


def head_names(line: str, following: str = "", *, alone: bool = False) -> list[str]:
    """The people whom a line between headline and text names as those who wrote it; an empty list where it is none.

    `following` is the line after it: a bare name is a byline where that says what its bearer is, or, where it stands
    `alone`, as nothing else on the page names anybody.
    """
    line = " ".join(_DATED.sub(" ", line).split()).rstrip(" ,-–—|•·/")
    if not 4 < len(line) <= LONGEST:
        return []
    if opening := _OPENING.match(line):
        return _names(line[opening.end() :], surely=True)
    if says := _SAYS.search(line):
        return _all_names(line[: says.start()])
    if sent := _SENT.match(line):
        return _all_names(sent[1])
    names, rest = _parted(line)
    if rest:
        found = _all_names(names)
        return found if found and (is_role(rest) or (alone and _is_paper(rest))) else []
    if is_role(following) or (alone and _is_paper(following)):
        return _all_names(names)
    return _all_names(names, surely=False) if alone else []


def end_names(line: str) -> list[str]:
    """The people whom a line after the text names as those who wrote it."""
    line = " ".join(line.split())
    if len(line) <= LONGEST:
        if opening := _OPENING.match(line):
            return _names(line[opening.end() :], surely=False)
        for way in (_DASHED, _BRACKETED):
            if found := way.fullmatch(line):
                return _all_names(_parted(found[1])[0])
        for other in (_CONTACT, _COPYRIGHT):
            if found := other.match(line):
                return _all_names(found[1])
    if told := _OF_ONE.search(line[:LONGEST]):
        return _all_names(line[: told.start()])
    return []


def of_names(line: str, names: Collection[str]) -> bool:
    """Whether a line is one of these names, or names one of them and says nothing more than a paper."""
    return line in names or any(name in names for name in head_names(line, alone=True))


def is_role(line: str) -> bool:
    """Whether a short line says no more than what somebody is, or which paper it was written for."""
    line = line.strip(" ,.-–—|/()")
    if not line or len(line) > _SHORT or len(line.split()) > _FEW:
        return False
    return _ROLE.search(line) is not None or _PAPER.match(line) is not None


def is_about_author(line: str) -> bool:
    """Whether a line after the text tells how the author is reached, or who that is, by a name or an address."""
    if _REACHED.search(line) is not None:
        return _ADDRESS.search(line) is not None or bool(end_names(line))
    return _OF_ONE.search(line[:LONGEST]) is not None and bool(end_names(line))


def is_credit(line: str) -> bool:
    """Whether a line after the text only names who helped with it, on whatever page: most of its words are names."""
    if len(line) > HELPERS or (helped := _HELPED.search(line)) is None:
        return False
    words = line[: helped.start()].split()
    return 2 * sum(word[:1].islower() for word in words) < len(words)


def _is_paper(text: str) -> bool:
    """Whether a few words are the name of a paper."""
    words = text.lower().split()
    known = _OF_PLACES | PAPERS | FIRMS | _ALSO_NAMES
    return len(words) <= _FEW and any(not known.isdisjoint(word.strip(".,").split("-")) for word in words)


def _parted(line: str) -> tuple[str, str]:
    """The names of a line, and what is said of them."""
    ends = [found.start() for found in (_AFTER.search(line), _OF.search(line)) if found and found.start() > 0]
    end = min(ends, default=len(line))
    return line[:end], line[end:].strip(" -–—|•·/,()<>[]")


def _all_names(text: str, *, surely: bool = True) -> list[str]:
    """The names in a text that is nothing but full names."""
    parts = _AND.split(text.strip(" .,:;"))
    names = [_written(part) for part in _each(parts)]
    return names if names and len(names) <= MOST and all(_is_name(name, surely=surely) for name in names) else []


def _names(text: str, *, surely: bool) -> list[str]:
    """The names after a word such as "by"; `surely` one of a single word, too."""
    first, rest = _parted(text)
    parts = list(_each(_AND.split(first.strip(" .,:;"))))
    if text[len(first) :].startswith(","):
        rest = _BAR.split(rest, maxsplit=1)[0]  # a list of names ends where the line goes on with a day or a place
    if rest and _AND.match(f" {rest}") is None and not is_role(rest):
        parts += [part for part in re.split(r", ?| and ", rest) if _is_name(_written(part))]
    names = [_written(part) for part in parts]
    return [name for name in names if _is_name(name)][:MOST] if surely or all(map(_is_name, names)) else []


def _each(parts: list[str]) -> Iterator[str]:
    yield from (part.strip(" .,:;") if not part.rstrip().endswith(("Jr.", "Sr.")) else part.strip() for part in parts)


def _written(name: str) -> str:
    """A name in the letters that names are written in, where it stands in capitals."""
    if not name.replace("Mc", "MC").isupper():
        return name
    words = [word if word.strip(".").lower() in {"ii", "iii"} else word.title() for word in name.split()]
    return _CAPITAL_SURNAME.sub(lambda found: found[1] + found[2].upper(), " ".join(words)).replace("’S", "’s")


def _is_name(name: str, *, surely: bool = True) -> bool:
    """Whether it is a person's full name; not `surely`, where nothing but its place speaks for it."""
    words = [word.strip(".,").lower() for word in name.split()]
    bare = " ".join(word for word in name.replace(",", "").split() if word.strip(".").lower() not in _JUNIOR)
    never = _NEVER if surely else _NEVER | _ALSO_NAMES
    if not is_full_name(bare) or not never.isdisjoint(words) or _ROLE.search(name):
        return False
    return is_person(name, frozenset())
