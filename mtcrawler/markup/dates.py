"""Dates as publishers write them, read without guessing: what can be meant in two ways is no date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from mtcrawler.markup.date_words import (
    BETWEEN,
    CLOCK,
    is_zone,
    legible,
    month_in_any,
    month_of,
    order,
    plain,
    time_in,
    zone_of,
)
from mtcrawler.model import clock

LONGEST: Final = 100
"""Characters of a date; a sentence that mentions one is longer."""
EARLIEST: Final = 1600
"""The year of the oldest newspapers; smaller numbers are years of other calendars."""
AHEAD: Final = timedelta(hours=14)
"""By how much the first zone to see a day is ahead of UTC."""

_NOTES: Final = re.compile(r"[(\[][^()\[\]\n]*+[)\]]")
_HALF: Final = re.compile(r"\b([ap])\.?\s?m\b\.?", re.IGNORECASE)
_WHOLE: Final = re.compile(r"(?<!\d)(\d{4})\s*([-/.年년])\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?:日|일|\.)?(?!\d)")
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)\.?")
_NUMBERED: Final = re.compile(
    r"(?<!\d)(\d{1,2})[,\s]*tháng[,\s]*(\d{1,2})[,\s]*(?:năm\s*)?(\d{4})(?!\d)", re.IGNORECASE
)
_OFFSET: Final = re.compile(
    r"(?:\b(?:utc|gmt)\s?|(?<=\d)\s?|[(\[](?=[+-][01]\d(?::?\d{2})?[)\]]))([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)",
    re.IGNORECASE,
)
_REGION: Final = re.compile(
    r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_]+(?:/[A-Za-z_]+)?"
)
_LIKE_A_ZONE: Final = re.compile("[A-Z]{2,4}T")
_TOKEN: Final = re.compile(r"\d+|[^\W\d_][^\s\d,/\-–:|]*")
# What may stand between a time and the year that follows it: `date` and Ruby write so.
_BEFORE_A_YEAR: Final = re.compile(
    r"(?:\s*+[AaPp][Mm]\b)?(?:\s*+([+-]\d{2}:?\d{2}|[A-Z]{1,5}|МСК|мск)(?:\s?[+-]\d{1,2})?|\s*+[+-]\d{1,2})?"
    r"(?=\s++\d{4}\b(?!:))"
)
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# As RFC 5322 has it, and so almost every feed; what it means no language changes.
_SENT: Final = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d:\d\d:\d\d) "
    r"(?:GMT|([+-](?:0\d|1[0-3]))([0-5]\d))"
)
_BUDDHIST: Final = range(2400, 2700)  # 543 years ahead


@dataclass(frozen=True, slots=True)
class Stated:
    """What a text states: a day, and its moment where a time and an offset are known, too."""

    day: date
    moment: datetime | None = None


def stated(text: str | None, zone: tzinfo | None = None, language: str | None = None) -> Stated | None:
    """The date in a text, or None where there is none, it is after today, or it can be read in two ways.

    A time without an offset is taken in `zone`; with no zone given there is a day only. `language` is a BCP-47 tag: it
    tells months, and whether 3/4 is in March or in April.
    """
    if not text or not (text := text.strip()) or len(text) > LONGEST:
        return None
    if (found := _iso(text, zone) or _sent(text)) is None:
        found = _written(text, zone, language)
    return found if found is not None and found.day.year >= EARLIEST and not _is_ahead(found) else None


def moment(text: str | None, zone: tzinfo | None = None, language: str | None = None) -> datetime | None:
    """The moment that a text states, with its offset; None where `stated` finds no date, or a day only."""
    found = stated(text, zone, language)
    return found.moment if found else None


def moment_or_day(
    text: str | None, zone: tzinfo, language: str | None = None, *, until: bool = False
) -> datetime | None:
    """The moment that a text states; of a day its beginning in `zone`, or its end where `until` is set."""
    found = stated(text, zone, language)
    if found is None or found.moment is not None:
        return found.moment if found else None
    day = datetime.combine(found.day, time(), zone)
    return day + timedelta(days=1) if until else day


def _is_ahead(found: Stated) -> bool:
    now = clock.now()
    if found.moment is None:
        return found.day > (now + AHEAD).date()
    return found.moment > now and found.day > now.astimezone(found.moment.tzinfo).date()


def _iso(text: str, zone: tzinfo | None) -> Stated | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    timed = len(text) > 10 or "T" in text.upper()
    return _at(found.date(), found.timetz() if timed else None, found.tzinfo or zone)


def _sent(text: str) -> Stated | None:
    if (match := _SENT.fullmatch(text)) is None:
        return None
    day, month, year, at, hours, minutes = match.groups()
    if int(year) in _BUDDHIST:
        return None
    offset = f"{hours}:{minutes}" if hours else "+00:00"
    return _iso(f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02} {at}{offset}", None)


def _at(day: date, clock_time: time | None, zone: tzinfo | None) -> Stated:
    if clock_time is None or zone is None or not EARLIEST <= day.year < 9999:
        return Stated(day)  # at the calendar's ends a moment cannot be told in every zone
    return Stated(day, datetime.combine(day, clock_time.replace(tzinfo=None), zone))


def _written(text: str, zone: tzinfo | None, language: str | None) -> Stated | None:
    text = re.sub(r"(?<=\d)T(?=\d)", " ", legible(text))
    region = _REGION.search(text)
    text = text if region is None else text.replace(region[0], " ")
    text = _HALF.sub(r"\1m", _without_notes(text))
    days, rest = _numeric(text, zone, language)
    if not days:
        days, rest = _worded(rest, language)
    if len(days) != 1:
        return None
    day = days.pop()
    numbered = _OFFSET.search(rest)
    said, rest = time_in(rest.replace(numbered[0], " ", 1) if numbered else rest, language)
    if said is None:
        return Stated(day)
    at = datetime.combine(day, time()) + said
    try:
        offsets = set(_named_zones(rest, at, zone, language))
        if numbered is not None:
            offsets.add(_offset(numbered))
        elif region:
            offsets.add(ZoneInfo(region[0]))
    except (LookupError, OSError, ValueError):
        return Stated(at.date())  # a zone is stated, and which one it does not tell
    if len({one.utcoffset(at) for one in offsets}) > 1:
        return Stated(at.date())
    return _at(at.date(), at.time(), offsets.pop() if offsets else zone)


def _without_notes(text: str) -> str:
    """A text without its notes in brackets, where an offset stands outside; one that has the only offset stays.

    A note with a time of its own tells it for another place.
    """
    if not _OFFSET.search(text):
        return text
    if _OFFSET.search(bare := _NOTES.sub(" ", text)):
        return bare
    return _NOTES.sub(lambda note: " " if CLOCK.search(_OFFSET.sub(" ", note[0])) else note[0], text)


def _numeric(text: str, zone: tzinfo | None, language: str | None) -> tuple[set[date], str]:
    """The days that are written in numbers alone, and what else the text says."""
    found: set[date] = set()
    for match in _WHOLE.finditer(text):
        found.update(_day(match[1], match[3], match[4], language))
        text = text.replace(match[0], " ; ", 1)
    for match in _NUMBERED.finditer(text):
        found.update(_day(match[3], match[2], match[1], language))
        text = text.replace(match[0], " ; ", 1)
    for match in _NUMBERS.finditer(text):
        found.update(_ordered((match[1], match[3], match[4]), match[2], zone, language))
        text = text.replace(match[0], " ; ", 1)
    return found, text


def _ordered(parts: tuple[str, str, str], between: str, zone: tzinfo | None, language: str | None) -> Iterator[date]:
    """The day of three numbers: by the place's order, or by the only order that makes a date."""
    first, second, third = parts
    known = order(language, zone)
    if len(third) == 4:
        ways = {(third, second, first), (third, first, second)}
        days = {day for way in ways for day in _day(*way, language)}
        if len(days) > 1 and known in {"mdy", "dmy"}:
            days = set(_day(*((third, first, second) if known == "mdy" else (third, second, first)), language))
        elif len(days) > 1 and between == ".":
            days = set(_day(third, second, first, language))  # with dots nobody puts the month first
        if len(days) == 1:
            yield days.pop()
    elif known is not None:
        year, month, day = (parts[known.index(part)] for part in "ymd")
        yield from _day(f"20{year.zfill(2)}", month, day, language)


def _day(year: str, month: str, day: str, language: str | None) -> Iterator[date]:
    number = int(year)
    if number in _BUDDHIST and (language or "th").startswith("th"):
        number -= 543
    try:
        if number < 9999:  # a day after the last one nobody can tell
            yield date(number, int(month), int(day))
    except ValueError:
        return


def _worded(text: str, language: str | None) -> tuple[set[date], str]:
    """The days whose month is a word, and what else the text says; asked of the page's language first."""
    for known in (lambda word: month_of(word, language), month_in_any):
        days, rest = _named(text, known, language)
        if not days and (said := CLOCK.search(text)):  # Fri Nov 20 10:00:00 2026
            zone = _BEFORE_A_YEAR.match(text, said.end())
            end = zone.end() if zone and not known(zone[1] or "") else said.end()
            days, rest = _named(f"{text[: said.start()]} {text[end:]}", known, language)
            rest = f"{rest} {text[said.start() : end]}"
        if days:
            break
    return days, rest


def _named(text: str, known: Callable[[str], int | None], language: str | None) -> tuple[set[date], str]:
    tokens = [token for token in _TOKEN.finditer(text) if plain(token[0]) not in BETWEEN]
    clocks = [match.span() for match in CLOCK.finditer(text)]
    words = ["" if any(start <= one.start() < end for start, end in clocks) else one[0] for one in tokens]
    found: set[date] = set()
    spans: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        earlier, before = ["", "", *words[:index]][-2:]
        # The months of the Levant have two words. A word without a day and a year around it need not be known.
        places = {length: _placed(earlier, before, words[index + length :][:2]) for length in (2, 1)}
        for length, parts in places.items() if any(places.values()) else ():
            end, name = index + length, words[index : index + length]
            month = known(" ".join(name)) if len(name) == length and all(name) and not word.isdecimal() else None
            if month is None:
                continue
            if parts is not None:
                year, day, used = parts
                found.update(_day(year, str(month), day, language))
                spans.append((tokens[index - max(2 - used, 0)].start(), tokens[end + used - 1].end()))
            break
    for start, end in reversed(spans):
        text = f"{text[:start]} ; {text[end:]}"
    return found, text


def _placed(earlier: str, before: str, after: list[str]) -> tuple[str, str, int] | None:
    """Year and day around a month, and how many of the tokens after it they take; with none the year is `earlier`."""
    one, two = (*after, "", "")[:2]
    if _is_day(before) and _is_year(one):
        return one, before, 1
    if _is_day(before) and re.fullmatch(r"\d{2}", one) and len(before) == 2 and not (_is_day(one) and _is_year(two)):
        return f"20{one}", before, 1  # as RFC 822 and 850 have it
    if _is_day(one) and _is_year(two):
        return two, one, 2
    if _is_year(before) and _is_day(one):
        return before, one, 1
    if _is_year(earlier) and _is_day(before):
        return earlier, before, 0
    return None


def _is_day(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}", text) is not None and 1 <= int(text) <= 31


def _is_year(text: str) -> bool:
    return re.fullmatch(r"\d{4}", text) is not None


def _offset(match: re.Match[str]) -> tzinfo:
    """The offset that is stated in numbers; raises ValueError where nobody's clock is so far from UTC."""
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > AHEAD or int(minutes or 0) > 59:
        raise ValueError(match[0])
    return timezone(offset if sign == "+" else -offset) if offset else UTC


def _named_zones(text: str, at: datetime, zone: tzinfo | None, language: str | None) -> Iterator[tzinfo]:
    """Every zone that is named after the time; raises LookupError for a name that does not tell which is meant."""
    for word, counted in re.findall(r"([^\W\d_]+)([+-]\d)?", text):
        if is_zone(word) or _LIKE_A_ZONE.fullmatch(word):
            named = zone_of(word, at, zone, language)
            if named is None or counted:  # MSK+3 counts from Moscow
                raise LookupError(word)
            yield named
