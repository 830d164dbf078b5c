"""Laws of redaction: a secret is found however it looks and wherever it stands, a word never, and in linear time."""

from __future__ import annotations

import base64
import json
import logging
import random
import string
import sys
import time
from urllib.parse import quote

import pytest

from mtcrawler.cli import OneLine
from mtcrawler.security.credentials import of_environment
from mtcrawler.security.redaction import Secrets

LETTERS = "qzhwmkxvbtrplgdnfjscyaeiouqzhwmk"
MIXED = 'kT9/x+Qe=4 "é"&v;Zr7'
SID = {"name": "sid", "value": "January", "domain": "www.example.com", "path": "/"}


def session(*values: str, stored: str = "") -> Secrets:
    """The secrets of a reader whose session has these cookies and this stored value."""
    cookies = [{"name": f"c{number}", "value": value} for number, value in enumerate(values)]
    items = [{"name": "account", "value": stored}] if stored else []
    state = {"cookies": [*cookies, SID], "origins": [{"origin": "https://www.example.com", "localStorage": items}]}
    return Secrets.of({}, [state])


@pytest.mark.parametrize(
    "secret",
    [LETTERS, LETTERS[:16], "1234567890123456", "a1b2c3d4", "0f" * 16, "aVeryLongSecret1", MIXED, "дом" * 8],
)
def test_a_cookie_is_hidden_by_value(secret: str) -> None:
    """A session's cookie is hidden anywhere: of letters, of digits, short and mixed, long, with any signs in it."""
    told = session(secret).hide(f"the page said {secret}, and then no more")
    assert told == "the page said …, and then no more"


@pytest.mark.parametrize(
    "stored", [LETTERS, json.dumps({"user": {"token": LETTERS, "name": "Ann"}}), quote(json.dumps({"at": LETTERS}))]
)
def test_what_a_site_stored_is_hidden_by_value(stored: str) -> None:
    """A stored value is hidden, also where it lies in JSON in that value, or in a cookie of percent-encoded JSON."""
    for secrets in (session(stored=stored), session(stored)):
        assert LETTERS not in secrets.hide(f"seen: {LETTERS}.")


def forms(secret: str) -> dict[str, str]:
    """A secret as it may be written."""
    raw = secret.encode()
    return {
        "percent": quote(secret, safe=""),
        "lower-case percent": quote(secret, safe="").lower()
        if secret.isascii() and secret.islower()
        else quote(secret),
        "JSON": json.dumps(secret)[1:-1],
        "base64": base64.b64encode(raw).decode().rstrip("="),
        "base64 behind one byte": base64.b64encode(b"u" + raw).decode()[2:].rstrip("="),
        "base64 behind a name": base64.b64encode(b"me:" + raw + b"!").decode()[4:],
        "base64 for addresses": base64.urlsafe_b64encode(b"user:" + raw).decode()[7:],
    }


@pytest.mark.parametrize("form", forms(LETTERS))
@pytest.mark.parametrize("secret", [LETTERS, MIXED])
def test_a_secret_is_hidden_in_other_clothes(secret: str, form: str) -> None:
    """Percent-encoded, escaped as JSON or within base64, wherever in it, a secret is hidden as well."""
    written = forms(secret)[form]
    told = Secrets(credentials=[secret]).hide(f"sent x{written}y")
    assert [written[place : place + 8] for place in range(len(written) - 7) if written[place : place + 8] in told] == []


def test_a_secret_cut_off_is_hidden() -> None:
    """A text that was cut in the middle of a secret does not tell the first part of it."""
    assert session(LETTERS).hide(f"it was {LETTERS[:25]}") == "it was …"


def test_a_short_word_is_hidden_beside_its_name_alone() -> None:
    """A cookie that may be a word is hidden in `sid=January` and as a field, and the word is told elsewhere."""
    secrets = session()
    assert secrets.hide("In January sid=January was sid: January.") == "In January sid=… was sid: …."
    assert secrets.hide("{'name': 'x', 'sid': 'January'}") == "{'name': 'x', 'sid': '…'}"
    assert secrets.hide("sid=Januaries") == "sid=Januaries"


@pytest.mark.parametrize(
    "word",
    [
        "January", "consent", "Moscow", "granted", "true", "Europe/Moscow", "2026-11-29", "2026-11-29T05:03:22.120Z",
        "https://www.themoscowtimes.com/news", "www.themoscowtimes.com", "analytics-denied", "internationally",
        "russia-faces-cold-winter-a90001", "the-quick-brown-fox-jumps", "en_GB.UTF-8", "20261129", "1732852800000",
    ],
)  # fmt: skip
def test_no_word_is_hidden_because_a_cookie_is_one(word: str) -> None:
    """A language, a day, a choice, an address or the name of an article in a cookie hides no such thing in a text."""
    said = f"GET https://www.themoscowtimes.com/2026/11/29/{word} ({word}), and {word} again"
    assert session(word, stored=word).hide(said) == said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Cookie: sid=abc; theme=dark", "Cookie: …"),
        ("{'Cookie': [b'sid=abc; a=b', b'c=d'], 'Accept': 'x'}", "{'Cookie': [b'…'], 'Accept': 'x'}"),
        ('{"set-cookie": "sid=abc; Path=/", "url": "u"}', '{"set-cookie": "…", "url": "u"}'),
        (r'{\"Authorization\": \"Bearer abc\", \"a\": 1}', r'{\"Authorization\": \"…\", \"a\": 1}'),
        ("proxy-authorization: Basic abc", "proxy-authorization: …"),
        ("(b'Authorization', b'Bearer abc')", "(b'Authorization', b'…')"),
        ("X-Amz-Security-Token: abc", "X-Amz-Security-Token: …"),
        ("x-amz-server-side-encryption-customer-key: abc", "x-amz-server-side-encryption-customer-key: …"),
        ("X-Api-Key: abc\nHost: a", "X-Api-Key: …\nHost: a"),
        ('{"access_token": "abc", "n": 1}', '{"access_token": "…", "n": 1}'),
        ("https://me:p@ss@host/a", "https://…@host/a"),
        (r"https:\/\/me:pass@host\/a", r"https:\/\/…@host\/a"),
        ("https%3A%2F%2Fme%3Apass%40host%2Fa", "https%3A%2F%2F…%40host%2Fa"),
        ("http://a/?next=http://b/?token=abc&x=1", "http://a/?next=http://b/?token=…&x=1"),
        ("http://a/?next=%2Fb%3Ftoken%3Dabc%26x%3D1", "http://a/?next=%2Fb%3Ftoken%3D…%26x%3D1"),
        ("http://a/#access_token=abc&x=1", "http://a/#access_token=…&x=1"),
        ("http://a/;jsessionid=abc;v=1", "http://a/;jsessionid=…;v=1"),
        ("http://a/b;key=abc", "http://a/b;key=…"),
        ("http://a/?key=abc&sig=def&x=1", "http://a/?key=…&sig=…&x=1"),
        ("http://a/?user[password]=abc", "http://a/?user[password]=…"),
        ("http://a/?X-Amz-Credential=AK%2F2026%2Fs3&X-Amz-Date=2026", "http://a/?X-Amz-Credential=…&X-Amz-Date=2026"),
        ("body: client_secret=abc&grant=1", "body: client_secret=…&grant=1"),
        ('<input api_key="abc" name="q">', '<input api_key="…" name="q">'),
    ],
)  # fmt: skip
def test_a_secret_is_hidden_by_place(said: str, told: str) -> None:
    """In a cookie's or an authorization's header, a field or a parameter that says so, whatever stands is hidden."""
    assert Secrets().hide(said) == told
    assert Secrets().hide(told) == told


@pytest.mark.parametrize(
    "said",
    [
        "Dropped: MissingField: the cookie: notice hides the headline",
        "reading key=articles/v1/site=www.example.com/date=2026-11-29 of the bucket",
        "https://www.example.com/?author=me&page=2&keyword=ice&design=1&monkey=2#top",
        "x-amz-request-id: 4442587FB7D0A2F9, x-amz-date: 20261129T050322Z",
        "03:00:00 token: unexpected end; session expired",
        '{"session_expired": false, "tokens": 3, "keys": ["a"]}',
        "write to press@paper.example or https://medium.example/@writer",
    ],
)
def test_nothing_else_is_hidden(said: str) -> None:
    """A word that is no name of a secret, or one that nothing follows, hides nothing."""
    assert Secrets().hide(said) == said


def test_credentials_of_every_kind_are_known() -> None:
    """Keys of the bucket, the gateway, the collector and a proxy, and what the environment calls secret, are hidden."""
    given = {
        "S3_VARIABLES": {"AWS_SECRET_ACCESS_KEY": "lettersonly", "AWS_SESSION_TOKEN": "abcdefgh", "S3_BUCKET": "paper"},
        "S3_LOCATION": {"secret_key": "minioadmin", "bucket": "articles"},
        "PUSHGATEWAY": "http://operator:gateway%20pass@push.example:9091",
        "OTLP_ENDPOINT": "https://collector:otherpassword@otlp.example",
    }
    secrets = Secrets.of(given)
    for one in ("lettersonly", "abcdefgh", "minioadmin", "gateway pass", "gateway%20pass", "otherpassword"):
        assert secrets.hide(f"it was {one} here") == "it was … here"
    for before in ("%2F", r"\n", r"\u003d"):
        assert secrets.hide(f"it was{before}minioadmin here") == f"it was{before}… here"
    assert secrets.hide("the articles of the operator") == "the articles of the operator"
    environment = {
        "HTTPS_PROXY": "http://me:proxypassword@proxy.example:3128",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-team=readers,authorization=Bearer%20abcdefghij",
        "NEWS_API_KEY": "letterskey",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/secrets/token",
        "EMAIL": "newsroom@paper.example",
        "PWD": "/home/crawler/project",
    }
    secrets = Secrets.of_environment(environment)
    for one in ("proxypassword", "abcdefghij", "letterskey"):
        assert secrets.hide(f"it was {one} here") == "it was … here"
    said = "newsroom in /home/crawler/project reads /run/secrets/token"
    assert secrets.hide(said) == said


HEAVY = {
    "names": "token",
    "parameter names": "?tokentoken",
    "parameters": "token=a&",
    "plain parameters": "a=b&",
    "addresses": "://a@",
    "slashes": "://",
    "coded addresses": "%3a%2f%2fa",
    "percent": "%25",
    "brackets": "%5B",
    "headers": 'Cookie:"a=b"',
    "open headers": "Cookie:'a=b ",
    "fields": '"token":"a',
    "colons": "x:",
    "commas": "'a', b'",
    "backslashes": '\\\\"',
    "dashes": "x-",
    "one letter": "a",
    "joiners": "\u200d",
    "controls": "\x9b\u202e",
    "a secret's beginning": LETTERS[:24],
    "a secret": LETTERS,
}


@pytest.mark.parametrize("piece", HEAVY.values(), ids=HEAVY)
@pytest.mark.parametrize("end", ["", "!=", "@", "\n"], ids=["open", "equals", "at", "line"])
def test_any_text_is_cleaned_in_linear_time(piece: str, end: str) -> None:
    """A megabyte of anything, with hundreds of cookies known, takes no more than a second of work for 100 kB."""
    secrets = session(*COOKIES)
    said = "?" + piece * (1_000_000 // len(piece)) + end
    begun = time.process_time()
    secrets.shown(said)
    assert time.process_time() - begun < 10


def _cookies() -> list[str]:
    chance = random.Random(16)
    return [LETTERS, "a" * 4000 + "b", *("".join(chance.choices(string.ascii_lowercase, k=32)) for _ in range(800))]


COOKIES = _cookies()


def test_more_secrets_take_no_longer() -> None:
    """A text is looked through once, not once for every secret: five hundred cookies take little longer than five."""
    said = "a word of a page that says nothing in particular, " * 20_000

    def taken(secrets: Secrets) -> float:
        begun = time.process_time()
        for _ in range(3):
            secrets.hide(said)
        return time.process_time() - begun

    few, many = session(*COOKIES[2:7]), session(*COOKIES[2:502])
    assert taken(many) < 10 * taken(few)


def test_what_is_before_a_host_is_secret_and_an_at_sign_in_a_path_is_not() -> None:
    """A user's name or password in an address is secret, and so is a SECRET_ID; what a path holds is not."""
    given = {
        "HTTPS_PROXY": "me:proxypassword@proxy.example:3128",
        "MIRROR": "https://a.example/@publisher/stories",
        "VAULT_SECRET_ID": "d2c9f4e0-canary",
    }
    found = set(of_environment(given))
    assert {"proxypassword", "d2c9f4e0-canary"} <= found
    assert not any("a.example" in one or "publisher" in one for one in found)


def test_a_warning_of_a_command_is_one_safe_line() -> None:
    """What a library warns of on the command line is one line: without a secret, a forged line or a traceback."""
    try:
        raise ValueError("traceback")
    except ValueError:
        record = logging.LogRecord(
            "lib", logging.WARNING, "", 0, "a\nforged\x1b[2J %s", ("d2c9f4e0-canary",), sys.exc_info()
        )
    told = OneLine({"API_TOKEN": "d2c9f4e0-canary"}).format(record)
    assert told.startswith("mtcrawler: a forged")
    assert not any(one in told for one in ("\n", "\x1b", "canary", "Traceback"))
