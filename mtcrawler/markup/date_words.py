"""The words of a date in many languages: months, times in the halves of the day, the order of numbers, and zones."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

LANGUAGES: Final = tuple(
    """
    en ru uk de fr es pt it nl pl cs tr ar fa hi zh ja ko sv nb da fi el hu ro id vi th bg sr hr sk sl lt lv et he
    af am az be bn bs ca cy eu fil ga gl gu hy is ka kk km kn ky lo mk ml mr ms my ne pa ps si sq sw ta te tg tk ur uz
    """.split()
)
_SAME: Final = {"no": "nb", "nn": "nb", "in": "id", "iw": "he"}
# Arabic has three sets of months, and which one a paper uses its language does not say.
_ALSO: Final = {"ar": ("ar_LB", "ar_DZ", "ar_MA"), "de": ("de_AT",), "sr": ("sr_Latn",)}
_HINDI: Final = {"सितम्बर": 9, "नवम्बर": 11, "दिसम्बर": 12}  # spelt with the whole letter
_SHORTEST: Final = 3  # letters of a month that is cut short
_STEM, _ENDING = 4, 4  # letters of a month, at least, that an ending is put to, and of that ending, at most
# The halves of the day as they are written in digits' company; what Babel calls them in a language comes on top.
_BEFORE_NOON: Final = "am 上午 早上 早晨 凌晨 午前 오전 ص πμ öö sa дп qm এএম".split()
_AFTER_NOON: Final = "pm 下午 傍晚 午後 夕方 오후 م μμ ös ch пп পিএম".split()
_EVENING: Final = "晚上 晚间 晚間 晚 夜".split()
ENGLISH_MONTH: Final = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
"""A pattern of a month's English name, whole or cut short, for patterns that do not ask for the case."""
_ACCENTS: Final = range(0x300, 0x370)
"""Marks on Latin, Greek and Cyrillic letters, which capitals go without; in other scripts such marks are vowels."""

_FIXED: Final = {
    **dict.fromkeys("z ut utc gmt wet".split(), 0.0),
    **dict.fromkeys("cet mez west wat".split(), 1.0),
    **dict.fromkeys("cest mesz eet sast cat".split(), 2.0),
    **dict.fromkeys("msk мск eest trt eat".split(), 3.0),
    "msd": 4.0,
    "pkt": 5.0,
    "npt": 5.75,
    "wib": 7.0,
    "ict": 7.0,
    "irst": 3.5,
    **dict.fromkeys("hkt sgt awst wita pht".split(), 8.0),
    **dict.fromkeys("jst kst wit".split(), 9.0),
    "acst": 9.5,
    "acdt": 10.5,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "est": -5.0,
    "edt": -4.0,
    "cdt": -5.0,
    "mst": -7.0,
    "mdt": -6.0,
    "pst": -8.0,
    "pdt": -7.0,
    "akst": -9.0,
    "akdt": -8.0,
    "hst": -10.0,
    "adt": -3.0,
    "nst": -3.5,
    "ndt": -2.5,
    "brt": -3.0,
    "art": -3.0,
}
_SEASONAL: Final = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
# Names that several parts of the world have: which one is meant the site's zone tells, or a language.
_AMBIGUOUS: Final[dict[str, dict[str, float]]] = {
    "ist": {"hi": 5.5, "he": 2.0, "ga": 1.0},
    "cst": {"zh": 8.0},
    "bst": {"bn": 6.0},
    "ast": {"ar": 3.0},
    "gst": {"ar": 4.0},
    "amt": {"pt": -4.0, "hy": 4.0},
}


_ERAS: Final = (
    (re.compile(r"令和(元|\d{1,2})(?=年)"), 2018),
    (re.compile(r"平成(元|\d{1,2})(?=年)"), 1988),
    (re.compile(r"[民⺠][國国](\d{2,3})(?=年)"), 1911),
)
_UNSEEN: Final = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def legible(text: str) -> str:
    """A text with the digits of any script as Latin ones, and the years of eras as those of the common calendar."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-")
    if text.isascii():
        return text
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    for era, before in _ERAS:
        text = era.sub(lambda told, before=before: str(before + (1 if told[1] == "元" else int(told[1]))), text)  # type: ignore[misc]
    return text


def plain(word: str) -> str:
    """A word as it is looked up: without case, accents, dots and what cannot be seen.

    The Turkish letters with and without a dot are one: case cannot be told from the word alone.
    """
    if word.isascii():
        return word.casefold().replace(".", "")
    apart = unicodedata.normalize("NFD", word.casefold()).replace("ı", "i")
    return "".join(
        sign for sign in apart if ord(sign) not in _ACCENTS and sign not in ".\u200c\u200e\u200f\u202f\u00a0"
    )


BETWEEN: Final = frozenset(
    map(
        plain,
        """
        de del do da di of the den der el le th st nd rd er º ª г года р року r rok év tháng năm ngày ที่ พศ ค.ศ م m d
        gada aasta il cı ci cu cü жылғы жылы оны ko e)ko শে ই
        """.split(),
    )
)
"""Words that stand between the parts of a date, or right after a time, and change nothing."""
HOURS: Final = frozenset(map(plain, "uhr uur u h hrs hours hod ч часов น hs saat klo kl годин".split()))

EVENINGS: Final = frozenset(map(plain, _EVENING))
"""Words for the evening, and for a night that goes on after midnight."""

CLOCK: Final = re.compile(
    r"(?<![\d.:])(\d{1,2})(?:\s?(?::|h|時|시|点|點|ч\.?)\s?([0-5]\d|\d(?=[分분]))|\.([0-5]\d)(?![.\d]))分?"
    r"(?:[:.]?\s?([0-5]\d|60)(?:[.,]\d+)?(?=\D|$))?분?(?!\d|[:.]\d)",
    re.IGNORECASE,
)
"""A time with its minutes."""
_HOUR: Final = re.compile(r"(?<![\d.:])(\d{1,2})(?=\s?(?:[ap]\.?m\b|uhr\b|uur\b|h\b|時|시|点|點))", re.IGNORECASE)
_MIDNIGHT: Final = timedelta(days=1)
_EVENING_HOURS: Final = range(5, 12)
# Where words are written without spaces, the word right before a time, and what is known to say nothing of it.
_GLUED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+\Z")
_SAYS_NOTHING: Final = re.compile(
    r"\A(?:(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일)|[于於在]\Z|(?:时间|時間)\Z"
)


@lru_cache(512)
def month_of(word: str, language: str | None) -> int | None:
    """The month that a word names in this language or in English, whole or cut short."""
    word = plain(word)
    for tongue in dict.fromkeys((_babel(language), "en")):
        if tongue in LANGUAGES and word and (found := _in(word, tongue)):
            return found
    return None


def month_in_any(word: str) -> int | None:
    """The month that a word names, whole, in whatever language; None where languages differ."""
    meant = {month for tongue in LANGUAGES if (month := months(tongue).get(plain(word)))}
    return meant.pop() if len(meant) == 1 else None


def _in(word: str, tongue: str) -> int | None:
    known = months(tongue)
    if found := known.get(word):
        return found
    cut = {month for name, month in known.items() if name.startswith(word)} if len(word) >= _SHORTEST else set()
    if not cut and tongue != "en":  # declined
        cut = {
            month
            for name, month in known.items()
            if len(name) >= _STEM and word.startswith(name) and len(word) - len(name) <= _ENDING
        }
    return cut.pop() if len(cut) == 1 else None


@cache
def months(tongue: str) -> dict[str, int]:
    """The months of a language by name, whole and abbreviated, in every case it declines them in."""
    from babel import Locale  # noqa: PLC0415 - most pages state ISO times and need no names

    found: dict[str, int] = dict(_HINDI) if tongue == "hi" else {}
    for name in (tongue, *_ALSO.get(tongue, ())):
        for case in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, word in Locale.parse(name).months[case][width].items():
                    # Where a language has no such form Babel gives another's, in Chinese characters or as M11.
                    if not any(sign.isdecimal() for sign in word) and ("月" not in word or tongue in {"zh", "ja"}):
                        found.setdefault(plain(word), month)
    return found


@cache
def halves(language: str | None) -> dict[str, bool]:
    """The words for the halves of the day in a language and in English; true for the second half."""
    found = dict.fromkeys(map(plain, _BEFORE_NOON), False) | dict.fromkeys(map(plain, _AFTER_NOON + _EVENING), True)
    tongue = _babel(language)
    if tongue in LANGUAGES:
        from babel import Locale  # noqa: PLC0415 - as above

        periods = Locale.parse(tongue).day_periods["format"]
        for width in ("wide", "abbreviated"):
            words = periods.get(width, {})
            found |= {plain(words[name]): later for name, later in (("am", False), ("pm", True)) if name in words}
    return found


def time_in(text: str, language: str | None) -> tuple[timedelta | None, str]:
    """How long after midnight, and what stands after it; None where there are several times, or a word is in doubt."""
    found = list(CLOCK.finditer(text)) or list(_HOUR.finditer(text))
    if len(found) != 1:
        return None, text
    match = found[0]
    parts = (*match.groups(), None, None, None)[:4]
    hour, minute, second = int(parts[0] or 0), int(parts[1] or parts[2] or 0), min(int(parts[3] or 0), 59)
    rest = text[match.end() :]
    known, (said, glued) = halves(language), _word_at_end(text[: match.start()])
    before = known.get(said)
    words = re.findall(r"[^\W\d_][^\s\d,;+\-|()]*", rest)
    while words and plain(words[0]) in HOURS | BETWEEN - {"م"}:
        words.pop(0)
    after = known.get(plain(words[0])) if words else None
    later = after if after is not None else before
    if later is None:
        if hour <= 12 and (glued or (words and not is_zone(words[0]))):
            return None, rest  # what it says of the time nobody here can read
    elif said in EVENINGS and hour not in _EVENING_HOURS and hour <= 12:
        return None, rest  # the night is in two days
    elif not 0 <= hour <= 12:
        if not (later and 12 < hour < 24):
            return None, rest
    else:
        hour = hour % 12 + 12 * later
    since = timedelta(hours=hour, minutes=minute, seconds=second)
    return (since if since <= _MIDNIGHT else None), rest  # 24:00 is the end of the day


def _word_at_end(text: str) -> tuple[str, bool]:
    """The last word of a text, and whether it is written right before what follows, as words without spaces are."""
    if glued := _GLUED.search(text):
        word = plain(_SAYS_NOTHING.sub("", glued[0]))
        return word, bool(word)
    return next((plain(word) for word in text.split()[-1:]), ""), False


@cache
def order(language: str | None, zone: tzinfo | None) -> str | None:
    """In which order a place writes a date in numbers: `dmy`, `mdy` or `ymd`; None where that is not known.

    English alone does not tell: its region does, and where the tag has none the site's zone.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as above
    from babel.core import get_global  # noqa: PLC0415 - as above

    tongue = _babel(language)
    if tongue is None or tongue not in LANGUAGES:
        return None
    regions = [part.upper() for part in (language or "").replace("_", "-").split("-")[1:] if len(part) == 2]
    region = regions[0] if regions else None
    if region is None and tongue == "en":
        region = get_global("zone_territories").get(zone.key) if isinstance(zone, ZoneInfo) else None
        if region is None:
            return None
    try:
        place = Locale.parse(f"{tongue}_{region}" if region else tongue)
    except (UnknownLocaleError, ValueError):
        place = Locale.parse("en_001" if tongue == "en" else tongue)
    pattern = place.date_formats["short"].pattern
    return "".join(sorted("dmy", key=lambda part: pattern.lower().index(part)))


def zone_of(name: str, at: datetime, zone: tzinfo | None, language: str | None) -> tzinfo | None:
    """The zone of this name at that local time; an ambiguous one is the site's or the language's, or None."""
    small = plain(name)
    if small in _AMBIGUOUS:
        for moment in (at, at + timedelta(days=182)):
            if zone is not None and (zone.tzname(moment) or "").casefold() == small:
                return timezone(zone.utcoffset(moment) or timedelta())
        hours = _AMBIGUOUS[small].get(_babel(language) or "")
        return timezone(timedelta(hours=hours)) if hours is not None else None
    if small in _SEASONAL:
        return ZoneInfo(_SEASONAL[small])
    offset = _FIXED.get(small)
    return timezone(timedelta(hours=offset)) if offset is not None else None


def is_zone(name: str) -> bool:
    """Whether a word is a zone's name, known or ambiguous; in small letters EST, ET and ART are words."""
    return (name.isupper() or name == "мск") and plain(name) in _FIXED.keys() | _SEASONAL.keys() | _AMBIGUOUS.keys()


def _babel(language: str | None) -> str | None:
    tongue = (language or "").replace("_", "-").split("-")[0].lower()
    return _SAME.get(tongue, tongue) or None
