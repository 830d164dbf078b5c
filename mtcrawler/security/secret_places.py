"""Where secrets stand, whatever they are: in an address's user name, in parameters and in headers of certain names.

Everything here takes time in proportion to the text, whatever the text is: each pattern begins where a name begins,
gives nothing back (`++`), and no part of a text is looked at by two matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_USERINFO = re.compile(r"(:(?:\\?/){2})[^/?#\s\"'<>\\]+@")
_BARE_USERINFO = re.compile(r"(?<![\w.%+\-])(?!(?:mailto|acct|sips?|xmpp):)[\w.%+\-]++:[^\s/@:?#&\"'<>\\]++@(?=[\w\[])")
"""The same without a scheme before it."""
_CODED_USERINFO = re.compile(
    r"(%(?:25)*3a%(?:25)*2f%(?:25)*2f)(?:[^/?#&\s\"'<>\\%]++|%(?!(?:25)*(?:2f|3f|23|40)))++(?=%(?:25)*40)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"token|secret|passw|passphrase|pwd|(?:api|access|private|secret|client|subscription)[_.\-]?key|signature|sess(?:ion|id)"
    r"|credential|authori[sz]ation|csrf|xsrf|jwt|bearer",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(
    r"(?:[\w.\-]*[_.\-])?(?:key|sig|auth|sid|otp)|code|pin|pass|pw|hmac|ticket|oauth_verifier", re.IGNORECASE
)
"""Names that say so only in an address: elsewhere a key may be an object's."""
_CODED = re.compile(r"(?:25)*+(?:3f|26|23|3b)", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<![\w.\-\[\]])([\w.\-\[\]]++)(?:%5[BbDd])?(?:=|%(?:25)*3[Dd])\\?[\"']?")
_VALUE = re.compile(r"(?:[^&#\s\"'<>\\;%]++|%(?!(?:25)*(?:26|23|3[Bb])))++")
_FIELD = re.compile(
    r"(?<![\w.\-])([\w.\-]++)(\\{0,4}[\"']?)\s{0,3}([:,])\s{0,3}(\[?)\s?(?:b(?=[\\\"']))?(\\{0,4}[\"']?)"
)
_COOKIES: Final = frozenset({"cookie", "set-cookie", "cookie2", "set-cookie2"})
_HEADERS: Final = frozenset({"authorization", "proxy-authorization", *_COOKIES})
_OPEN: Final = re.compile(r"date|content-sha256|request-id|id-2|bucket-region|version-id|\Ax-key\Z", re.IGNORECASE)
"""Of headers that begin with `X-`: those that a fault is looked up by."""
_WORDS: Final = tuple(
    "cookie authori x- token secret passw pwd key signature sess credential csrf xsrf jwt bearer".split()
)
"""Without one of these no name says that it is secret."""


def without_secrets(text: str, by: str) -> str:
    """The text with `by` in the place of what stands where secrets stand."""
    lower = text.lower()
    if "@" in text and ("//" in text or r"\/" in text):
        text = _USERINFO.sub(rf"\1{by}@", text)
    if "@" in text:
        text = _BARE_USERINFO.sub(f"{by}@", text)
    if "%40" in text:
        text = _CODED_USERINFO.sub(rf"\1{by}", text)
    if any(word in lower for word in _WORDS):
        text = _replaced(text, _fields(text), by)
    return _replaced(text, _parameters(text), by) if "=" in text or "3d" in lower else text


def _parameters(text: str) -> Iterator[tuple[int, int]]:
    """The values of parameters whose names say that they are secret."""
    done = 0
    for head in _PARAMETER.finditer(text):
        if head.start() < done:
            continue
        name, before = head[1], text[head.start() - 1 : head.start()]
        coded = _CODED.match(name) if before == "%" else None
        in_address = (before and before in "?&;#") or coded is not None
        if not _NAME.search(name) and not (in_address and _SHORT_NAME.fullmatch(name, coded.end() if coded else 0)):
            continue
        if value := _VALUE.match(text, head.end()):
            done = value.end()
            yield value.span()


def _fields(text: str) -> Iterator[tuple[int, int]]:
    """The values of headers, and of fields of JSON and the like, whose names say that they are secret."""
    done, line_end = 0, -1
    for head in _FIELD.finditer(text):
        name, name_quote, colon, bracket, quote = head.groups()
        begin = head.end()
        if head.start() < done or not (_is_header(name) or (name_quote and quote and _NAME.search(name))):
            continue
        if colon == "," and not (name_quote and quote):
            continue
        if begin > line_end:
            line_end = text.find("\n", begin)
            line_end = len(text) if line_end < 0 else line_end
        end = text.find(f"{quote}]" if bracket else quote, begin, line_end) if quote else line_end
        end = line_end if end < 0 else end
        if name.lower() not in _COOKIES or "=" in text[begin:end]:
            done = end
            yield begin, end


def _is_header(name: str) -> bool:
    lower = name.lower()
    if lower in _HEADERS:
        return True
    return (
        lower.startswith("x-") and not _OPEN.search(lower) and bool(_NAME.search(lower) or _SHORT_NAME.fullmatch(lower))
    )


def _replaced(text: str, spans: Iterator[tuple[int, int]], by: str) -> str:
    parts, done = [], 0
    for begin, end in spans:
        if end > begin:
            parts += [text[done:begin], by]
            done = end
    return "".join([*parts, text[done:]]) if parts else text
