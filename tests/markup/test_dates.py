"""Dates as publishers of many countries write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mtcrawler.markup import dates
from mtcrawler.markup.date_words import months
from mtcrawler.markup.dates import LONGEST, moment, stated
from mtcrawler.model import clock

OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is the evening of 20 November 2026 in Europe."""
    real = clock.now() - datetime.now(UTC)
    clock.pretend(datetime.fromisoformat("2026-11-20T18:00:00+00:00"))
    yield
    clock.pretend(datetime.now(UTC) + real)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T10:00:00+03:00", "2026-11-20T10:00:00+03:00"),
        ("2026-11-20T10:00:00.250+0300", "2026-11-20T10:00:00.250000+03:00"),
        ("2026-11-20T10:00:00 +03:00", "2026-11-20T10:00:00+03:00"),
        ("2026-11-20T10:00:00+03:00[Europe/Moscow]", "2026-11-20T10:00:00+03:00"),
        ("20261120T100000Z", "2026-11-20T10:00:00+00:00"),
        ("2026-W47-5T10:00+01:00", "2026-11-20T10:00:00+01:00"),
        ("2026/11/20 10:00", "2026-11-20T10:00:00+01:00"),
        ("2026-11-20 10:00 America/New_York", "2026-11-20T10:00:00-05:00"),
        ("Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-20T10:00:00+00:00"),
        ("Fri, 20 Nov 2026 10:00:00 -0000", "2026-11-20T10:00:00+00:00"),
        ("Fri, 20 Nov 2026 10:00:00 +05:00", "2026-11-20T10:00:00+05:00"),
        ("20 Nov 26 10:00 EST", "2026-11-20T10:00:00-05:00"),
        ("Friday, 20-Nov-26 10:00:00 GMT", "2026-11-20T10:00:00+00:00"),
        ("Fri Nov 20 10:00:00 2026", "2026-11-20T10:00:00+01:00"),
        ("Fri Nov 20 10:00:00 MSK 2026", "2026-11-20T10:00:00+03:00"),
        ("Fri Nov 20 10:00:00 AM EST 2026", "2026-11-20T10:00:00-05:00"),
        ("Fri Nov 20 10:00:00 +0300 2026", "2026-11-20T10:00:00+03:00"),
        ("Пт 20 ноя 10:00:00 MSK 2026", "2026-11-20T10:00:00+03:00"),
        ("20 10:00:00 Nov 2026", "2026-11-20T10:00:00+01:00"),
        ("2026-11-19 24:00", "2026-11-20T00:00:00+01:00"),
        ("2026-11-19T24:00:00Z", "2026-11-20T00:00:00+00:00"),
        ("31 October 2026, 24:00", "2026-11-01T00:00:00+01:00"),
        ("Fri Nov 20 2026 10:00:00 GMT+0300 (Moscow Standard Time)", "2026-11-20T10:00:00+03:00"),
        ("20 November 2026 10:00 UTC+3", "2026-11-20T10:00:00+03:00"),
        ("20 November 2026 10:00 GMT-4:30", "2026-11-20T10:00:00-04:30"),
        ("20 ноября 2026, 10:05 (МСК)", "2026-11-20T10:05:00+03:00"),
        ("Nov. 20, 2026, 1:18 p.m. ET", "2026-11-20T13:18:00-05:00"),
        ("Nov 20, 2026 1:18 PM", "2026-11-20T13:18:00+01:00"),
        ("12:00 AM, 20 November 2026", "2026-11-20T00:00:00+01:00"),
        ("November 20th, 2026 at 12:30pm", "2026-11-20T12:30:00+01:00"),
        ("20.11.2026 10.05", "2026-11-20T10:05:00+01:00"),
        ("Published: Friday 20 November 2026, 9 am", "2026-11-20T09:00:00+01:00"),
    ],
)
def test_a_moment_is_read_in_the_half_of_the_day_and_the_zone_that_it_states(text: str, expected: str) -> None:
    """Each common form of a time gives the moment that it states, and one without a zone is taken in the site's."""
    assert moment(text, OSLO, "en") == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "20 ноября 2026 г., 15:05"),
        ("ru", "20 нояб. 2026, 15:05"),
        ("uk", "20 листопада 2026 р., 15:05"),
        ("de", "20. November 2026 um 15.05 Uhr"),
        ("fr", "vendredi 20 novembre 2026 à 15h05"),
        ("es", "20 de noviembre de 2026, 3:05 p. m."),
        ("pt", "20 de novembro de 2026 às 15h05"),
        ("it", "20 novembre 2026 alle 15:05"),
        ("nl", "20 november 2026, 15:05 uur"),
        ("pl", "20 listopada 2026, 15:05"),
        ("cs", "20. listopadu 2026 15:05"),
        ("tr", "20 Kasım 2026 Cuma 15:05"),
        ("ar", "٢٠ نوفمبر ٢٠٢٦ ٣:٠٥ م"),
        ("ar", "20 تشرين الثاني 2026 15:05"),
        ("fa", "20 نوامبر 2026 15:05"),
        ("hi", "२० नवंबर २०२६, १५:०५"),
        ("zh", "2026年11月20日 下午3:05"),
        ("ja", "2026年11月20日 午後3時05分"),
        ("ko", "2026년 11월 20일 오후 3:05"),
        ("sv", "20 november 2026 kl. 15.05"),
        ("no", "20. nov. 2026 kl. 15:05"),
        ("da", "20. november 2026 kl. 15.05"),
        ("fi", "20. marraskuuta 2026 klo 15.05"),
        ("el", "20 Νοεμβρίου 2026, 3:05 μ.μ."),
        ("hu", "2026. november 20. 15:05"),
        ("ro", "20 noiembrie 2026, 15:05"),
        ("id", "20 November 2026 pukul 15.05"),
        ("vi", "15:05, ngày 20 tháng 11 năm 2026"),
        ("th", "20 พฤศจิกายน 2569 15:05 น."),
        ("th", "20 พ.ย. 2569 15:05"),
        ("th", "๒๐ พฤศจิกายน ๒๕๖๙ ๑๕:๐๕"),
        ("fa", "۲۰ نوامبر ۲۰۲۶ ۱۵:۰۵"),
        ("ur", "20 نومبر 2026 15:05"),
        ("bn", "২০ নভেম্বর ২০২৬, ১৫:০৫"),
        ("bn", "২০শে নভেম্বর, ২০২৬ ৩:০৫ পিএম"),
        ("mr", "२० नोव्हेंबर २०२६ १५:०५"),
        ("ta", "20 நவம்பர் 2026 15:05"),
        ("te", "20 నవంబర్ 2026 15:05"),
        ("tr", "20 KASIM 2026 15:05"),
        ("el", "20 ΝΟΕΜΒΡΙΟΥ 2026 15:05"),
        ("lt", "2026 m. lapkričio 20 d. 15:05"),
        ("lv", "2026. gada 20. novembrī plkst. 15:05"),
        ("et", "2026. aasta 20. november kell 15:05"),
        ("kk", "2026 жылғы 20 қараша 15:05"),
        ("az", "20 noyabr 2026 15:05"),
        ("eu", "2026(e)ko azaroaren 20a 15:05"),
        ("ka", "20 ნოემბერი 2026 15:05"),
        ("be", "20 лістапада 2026 г. 15:05"),
        ("ja", "令和8年11月20日 15時05分"),
        ("zh", "2026年11月20日星期五15:05"),
        ("zh", "民國115年11月20日 15:05"),
    ],
)
def test_months_and_digits_of_every_language_are_read(language: str, text: str) -> None:
    """A date in words of its page's language, declined or cut short, and in its digits, is that day and minute."""
    assert moment(text, OSLO, language) == datetime(2026, 11, 20, 15, 5, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("de", None, date(2026, 4, 3)),
        ("en-GB", None, date(2026, 4, 3)),
        ("en-US", None, date(2026, 3, 4)),
        ("en", ZoneInfo("America/New_York"), date(2026, 3, 4)),
        ("en", ZoneInfo("Europe/London"), date(2026, 4, 3)),
        ("en", None, None),
        (None, None, None),
    ],
)
def test_the_order_of_day_and_month_is_the_language_s(
    language: str | None, zone: ZoneInfo | None, expected: date | None
) -> None:
    """Two small numbers are day and month in the order of the page's language and region, or no date."""
    found = stated("03/04/2026", zone, language)
    assert (found and found.day) == expected


@pytest.mark.parametrize(
    ("zone", "language", "expected"),
    [
        ("Asia/Kolkata", "en", "+05:30"),
        ("Asia/Jerusalem", "en", "+02:00"),
        ("Europe/Dublin", "en", "+01:00"),
        (None, "hi", "+05:30"),
        (None, "en", None),
        ("Europe/Moscow", "en", None),
    ],
)
def test_a_zone_s_name_that_several_countries_have_is_the_site_s(
    zone: str | None, language: str, expected: str | None
) -> None:
    """IST is whichever the site's zone or the language has, and no offset where neither says so; the day stands."""
    found = stated("Nov 20, 2026 10:00 IST", ZoneInfo(zone) if zone else None, language)
    assert found is not None
    assert found.day == date(2026, 11, 20)
    assert (found.moment and found.moment.isoformat()[-6:]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Nov 20, 2026 10:00 XYT",
        "20 Nov 2026 10:00 MSK+3",
        "2026-11-20T10:00:00Z+03:00",
        "20 Nov 2026 3:05 అపరాహ్నం",
        "20 Nov 2026 10:00 to 11:00",
        "20 Nov 2026 25:10",
        "20 Nov 2026 24:01",
        "20 Nov 2026 10:00 +25:00",
    ],
)
def test_a_time_in_doubt_leaves_the_day_alone(text: str) -> None:
    """What states a day surely and its time doubtfully gives the day, and no moment in the site's zone."""
    found = stated(text, OSLO, "en")
    assert found is not None
    assert (found.day, found.moment) == (date(2026, 11, 20), None)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("20/10/2026, 14:05 (GMT+7)", "en", "2026-10-20T14:05:00+07:00"),
        ("20/10/2026, 14:05 (+03:00)", "en", "2026-10-20T14:05:00+03:00"),
        ("20/10/2026, 14:05 GMT (21:05 GMT+7)", "en", "2026-10-20T14:05:00+00:00"),
        ("20/10/2026, 14:05 (21:05 GMT+7)", "en", "2026-10-20T14:05:00+02:00"),
        ("2026年10月20日 晚上8:05", "zh", "2026-10-20T20:05:00+02:00"),
        ("2026年10月20日星期二晚上8:05", "zh", "2026-10-20T20:05:00+02:00"),
        ("2026年10月20日 傍晚6:05", "zh", "2026-10-20T18:05:00+02:00"),
        ("2026年10月20日 夜8時05分", "ja", "2026-10-20T20:05:00+02:00"),
        ("2026年10月20日 夜20時05分", "ja", "2026-10-20T20:05:00+02:00"),
        ("2026年10月20日 夜1時05分", "ja", None),
        ("2026年10月20日 晚上12:05", "zh", None),
        ("2026年10月20日 某时8:05", "zh", None),
        ("2026年10月20日 午前0時5分", "ja", "2026-10-20T00:05:00+02:00"),
        ("2026年10月20日 午前0時05分", "ja", "2026-10-20T00:05:00+02:00"),
        ("2026年10月20日 午後0時05分", "ja", "2026-10-20T12:05:00+02:00"),
        ("20 oktober 2026 om 09:30 uur", "nl", "2026-10-20T09:30:00+02:00"),
        ("20 oktober 2026 om 9 uur", "nl", "2026-10-20T09:00:00+02:00"),
    ],
)
def test_a_time_is_what_the_words_and_brackets_beside_it_say(text: str, language: str, expected: str | None) -> None:
    """An offset in brackets counts where no other stands, an evening's hour is after noon, and an unknown word right
    before an hour leaves the day alone.
    """
    found = stated(text, OSLO, language)
    assert found is not None
    assert found.day == date(2026, 10, 20)
    assert (found.moment and found.moment.isoformat()) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "soon",
        "2026-13-40",
        "1405/08/29",
        "1700000000",
        "20 Nov 2026, updated 19 Nov 2026",
        "2026-11-21T00:00:00+01:00",
        "22 November 2026",
        "2027-01-01",
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31 24:00",
        "20 Nov 2026" + " " * LONGEST + "10:00",
    ],
)
def test_what_is_no_date_or_after_today_gives_none(text: str | None) -> None:
    """A text without a date, with two of them, or with one after today in its own zone, gives no date."""
    assert stated(text, OSLO, "en") is None


def test_the_months_of_all_languages_are_looked_up_for_dates_alone() -> None:
    """A line with no day and year around a word costs no table of the months of seventy languages."""
    months.cache_clear()
    for text in ("By Ann Reed", "Gate 12 is closed", "3 min read", "Sport 24"):
        assert stated(text, language="en") is None
    assert months.cache_info().currsize <= 1
    assert stated("20. marraskuuta 2026", language="en") is not None


def test_a_time_that_nobody_gave_an_offset_is_a_day() -> None:
    """Without an offset and without a site's zone there is a day and no moment."""
    found = stated("2026-11-20 10:00")
    assert found is not None
    assert (found.day, found.moment) == (date(2026, 11, 20), None)
    found = stated("2026-11-20", OSLO)
    assert found is not None
    assert (found.day, found.moment) == (date(2026, 11, 20), None)


@pytest.mark.parametrize("text", ["20 November, 15:05", "20 ноября, 10:30", "20 novembre 10h30"])
def test_an_hour_is_no_year(text: str) -> None:
    """A day without a year, with the time of day after it, is no date."""
    assert stated(text) is None


@pytest.mark.parametrize(
    "text", ["10 ARALIK 2025", "10 aralık 2025", "10 Aralik 2025", "10 PROSINCE 2025", "10 DÉCEMBRE 2025"]
)
def test_a_month_is_the_same_in_capitals_and_without_its_accents(text: str) -> None:
    """Capitals often go without accents, and a Turkish I without its language's case; the month stays known."""
    found = stated(text)
    assert found is not None
    assert found.day == date(2025, 12, 10)


SENT = (
    "Mon, 30 Mar 2026 10:00:00 GMT",
    "Tue, 3 Nov 2025 10:00:59 +0300",
    "Thu, 31 Nov 2025 10:00:00 GMT",
    "Sat, 3 Nov 2025 10:00:00 +1500",
    "Mon, 3 Nov 2025 24:00:00 GMT",
    "Mon, 3 Nov 2025 23:59:60 +1300",
)


@pytest.mark.parametrize("text", SENT)
def test_a_date_as_feeds_have_it_needs_no_look_at_its_words(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What mail and feeds write is read at once, and means what the slower reading of words finds."""
    found = stated(text, language="de")
    for way in ("_sent", "_written") if text in SENT[:2] else ("_sent",):
        with monkeypatch.context() as other:
            other.setattr(dates, way, lambda *asked: None)
            assert stated(text, language="de") == found
