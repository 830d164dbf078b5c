"""Names of people in a byline: parted, and without the words that stand before and after them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any, Final

from mtcrawler.extraction.bylines import is_person
from mtcrawler.extraction.metadata import chinese
from mtcrawler.extraction.metadata.statements import plain_text
from mtcrawler.extraction.signing_words import OFFICE, ROLE, is_nobody

_BY: Final = re.compile(
    r"""^\W*(?:(?:(?:written|reported|reporting|story|article|posted|published|words|text|review(?:ed)?|analysis|opinion
    |created|compiled|edited)\s+by|by|von|par|por|di|da|av|af|door|przez|od|van|autor(?:a|es|in|zy)?|author(?:s|\ name)?
    |auteur|autore|автор(?:ы)?|текст|tekst|texte?|текст|författare|skribent|forfatter|yazar|penulis|oleh|tác\ giả)
    (?:\s*[:：|]\s*|\s+)|(?:作者|記者|记者|文|撰文|筆者|執筆|글|기자)\s*[:：/／|｜]\s*|기자명\s+|(?:بقلم|كتب[ت]?|מאת|लेखक)\s*:?\s+)""",
    re.VERBOSE | re.IGNORECASE,
)
_AND: Final = re.compile(
    r"\s{0,9}(?:[,;|•·、，/\n]|\s&\s|\s(?:and|und|et|og|och|и|та|en|ve|oraz|dan|và|with|mit|avec)\s|\s[ey]\s(?=[^\W\d_]))\s{0,9}"
)
_NO_NAME: Final = re.compile(
    r"""https?\b|www\.|\.(?:com|org|net|co\.uk|de|fr|in|txt)\b|@|\d{3}|^\d+$|\d:\d\d|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov
    |dec)[a-z]*\.?\s\d
    |^(?:admin(?:istrator)?|editors?|staff|redaktion|redaction|redacción|redazione|redactie|redakcja|none|null|undefined
    |authors?|unknown|contributors?|news\ ?desk|newsroom|follow|share|view|more|see|about|e-?mail|posted
    |updated|published|comments?|guest|team|webmaster|press\ release|редакция|sponsored|uncategorized|profile|link
    |home\ ?page|real\ estate|contact(?:\ us)?|site\ ?map|(?:log|sign)\ ?(?:in|up|out)|print(?:er)?(?:[ -]friendly)?
    |facebook|instagram|linkedin|pinterest|reddit|telegram|tiktok|twitter|whatsapp|youtube
    |(?:mon|tues|wednes|thurs|fri|satur|sun)day)$
    |\b(?:published|updated|ago|mins?\ read|read\ more|biography|follow|subscribe|view\ profile|all\ posts|full\ bio)\b
    |^(?:view|see|read)\ (?:all|more)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NO_PERSON: Final = re.compile(
    r"""^(?:jr|sr|ph\.?d|m\.?d|mba|esq|rd|rn|rdn|cpt|dds|i{2,3})\.?$
    |^(?:(?:senior|junior|chief|deputy|assistant|associate|managing|executive|special|foreign|political|staff|lead)\b.*)
    |.*\b(?:"""
    rf"{ROLE}|{OFFICE})s?$",
    re.VERBOSE | re.IGNORECASE,
)
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,100}\.[\w.-]{2,100}")
_ROLE_AFTER: Final = re.compile(
    r"(?<!\s)\s++(?:(?:in|for|at|für|pour|para)\s++[A-ZÀ-Þ][\w .’'-]{0,80}$|[|–—-]\s++.{0,250}$)"
    r"|(?<!\s)\s*+(?:\([^()]{0,250}\)?\s*+|记者|記者|기자)$"
)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{3}(?: [\u4e00-\u9fff]{3}){1,4}")
_PARTICLES: Final = frozenset(
    """
    a af al av bin bint da das de del della den der di do dos du e el i ibn la le mac san ten ter ’t 't van vom von
    y zu zum zur
    """.split()
)
_OF_TOWNS: Final = frozenset("cape east fort great hong los mount new north port saint south st united west".split())
"""First words of the names of towns and countries, and of no person's."""
_OF_NO_NAME: Final = frozenset(
    """
    a about actualidad actualité advertentie advertisement advertorial after agency ahead alert all analysis and
    anzeige archive are article artikel as at audio avec before behind beitrag bericht bezahlter big blog breaking
    by che city comment commentary como con contenido content contenu contenuto cost could country county coverage
    current daily days der des die do does down drei edition edit ein eine end entretien entrevista especial estate
    every exclusive explainer feature final first for from full gallery gesponsert gli had has have he her here his
    hour hours how if image images in inhalt inside interview intervista into is issue it its kommentar las last
    latest leitartikel les letter life live local main meinung minute minuten minutes minuti minutos money more most
    my nachrichten national news next nieuws no not noticias notizie notre now of on one opinion opinione opinión
    other our out over paid para partner partnered patrocinado people photo photos picture pictures podcast politics
    por pour premium press profile promoted pubblicità publicidad publicité read reading redazionale report
    reportage reports republic review school series she should sign size special sponsor sponsored sponsorisé
    sponsorizzato sport sports states story subscribe subscriber support sur that the their these they things this
    three to today top travel tribune two una und une uno up update updates us video vidéo von war was watch way we
    week weekly weeks welcome werbung what when where which who why wie wir with world year years you your zwei
    видео интервью минут минуты мнение новости реклама фото
    """.split()
)
"""Words of crossheads, sections, labels and times to read, which may be written like names."""
_MARKS: Final = str.maketrans("", "", ".'’")
LONGEST: Final = 60
MOST_WORDS: Final = 6
MOST: Final = 12
LINES: Final = 3
"""Lines of one word each that may be one name."""
_NOBODY: Final = frozenset[str]()
_BYLINE: Final = 90  # characters of a byline that nothing marks
_LINE: Final = 250  # characters; a longer one is a text about somebody


def names_in(stated: Any) -> list[str]:
    """The people that a value of structured data or a byline names, each once, in order."""
    found: dict[str, str] = {}
    for text in _texts(stated):
        for name in _parted(text):
            found.setdefault(" ".join(name.lower().split()), name)
    return list(found.values())[:MOST]


def opens_byline(line: str) -> bool:
    """Whether a line of text begins like a byline, and is as short as one."""
    return len(line) <= _BYLINE and _BY.match(line) is not None and not line[:1].islower()


def is_full_name(name: str) -> bool:
    """Whether a line is written as a person's names are: two words or more with capitals, none of them of other lines.

    In scripts without capitals nothing tells a name from a section or a town, and none is one.
    """
    words = name.replace("-", " ").split()
    capital = [word for word in words if word.lower() not in _PARTICLES]
    if len(capital) < 2 or len(words) > MOST_WORDS or words[0].lower().strip(".") in _OF_TOWNS:
        return False
    return all(
        word[:1].isupper() and word.translate(_MARKS).isalpha() and word.lower() not in _OF_NO_NAME for word in capital
    )


def _texts(stated: Any) -> Iterator[str]:
    if isinstance(stated, str):
        yield "\n".join(plain_text(line) for line in stated.split("\n"))
    elif isinstance(stated, Mapping):
        whole = stated.get("name") or " ".join(_texts([stated.get("givenName"), stated.get("familyName")]))
        yield from _texts(whole or stated.get("author"))  # a Role holds whose it is
    elif isinstance(stated, Iterable):
        for one in list(stated)[:MOST]:
            yield from _texts(one)


def _parted(text: str) -> Iterator[str]:
    if len(text) > _LINE or text.startswith(("http://", "https://", "/")):
        return
    if chinese.is_of_head(text):
        yield from chinese.names_in_line(text)
        return
    if "@" in text:
        text = _MAIL.sub(" ", text).strip(" ()")
    for part in _AND.split(_joined(_BY.sub("", text))):
        yield from _each(_ROLE_AFTER.sub("", _BY.sub("", part)).strip(' .,:;-–—*"“”()[]|/<>©'))


def _joined(text: str) -> str:
    """A byline whose first lines are one word each, as "Edda" and "Holm" are, with these in one line."""
    lines = text.split("\n")
    words = list(takewhile(_is_part, lines[: LINES + 1]))
    return "\n".join((" ".join(words), *lines[len(words) :])) if 1 < len(words) <= LINES else text


def _is_part(line: str) -> bool:
    """Whether a line is one word with a capital that may be a part of a name, and no agency's or role's."""
    line = line.strip()
    if not line[:1].isupper() or not line.translate(_MARKS).replace("-", "").isalpha() or not is_person(line, _NOBODY):
        return False
    return not _NO_PERSON.match(line) and not _NO_NAME.search(line) and line.lower() not in _OF_NO_NAME


def _each(text: str) -> Iterator[str]:
    """The names in a part of a byline: full Chinese ones may have nothing but a space between them."""
    for name in text.split() if _CHINESE.fullmatch(text) else (text,):
        is_short = 1 < len(name) < LONGEST and len(name.split()) <= MOST_WORDS
        if is_nobody(name):
            continue
        if is_short and not _NO_NAME.search(name) and not _NO_PERSON.match(name) and any(map(str.isalpha, name)):
            yield name
