"""Laws of a packed body that stops before its end inside a whole HTTP message: it is told, and no part of it stored."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from backports import zstd
from scrapy.http import HtmlResponse, Response

from mtcrawler.fetch.decompression import unpacked
from mtcrawler.model.errors import IncompleteBody, PageTooLarge
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.hostile.pages import article
from tests.hostile.second import path_of
from tests.hostile.serving.test_too_large import errors

Pack = Callable[[bytes], bytes]
MOST = 1 << 20
ADDRESS = "https://paper.example/page"


def raw_deflate(body: bytes) -> bytes:
    """Deflate without the head that the standard asks for."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packing.compress(body) + packing.flush()


PACK: dict[str, tuple[str, Pack]] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "twice": ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
}


def words(number: int) -> str:
    """A text that no packing makes much shorter."""
    chance = random.Random(number)
    return " ".join(f"{chance.getrandbits(64):x}" for _ in range(3_000))


def answered(body: bytes, encoding: str, status: int = 200) -> Response:
    """An HTML answer with this body."""
    return HtmlResponse(ADDRESS, status, {"Content-Type": "text/html", "Content-Encoding": encoding}, body)


@pytest.mark.parametrize(("encoding", "pack"), PACK.values(), ids=PACK)
def test_wherever_a_packed_body_is_cut_it_is_incomplete(encoding: str, pack: Pack) -> None:
    """A body is given whole or not at all: not a single byte may be missing at its end."""
    text = words(1).encode()
    body = pack(text)
    assert unpacked(answered(body, encoding), MOST).body == text
    for cut in (0, 1, 5, 20, len(body) // 2, len(body) - 100, len(body) - 9, len(body) - 4, len(body) - 1):
        with pytest.raises(IncompleteBody, match="incomplete body"):
            unpacked(answered(body[:cut], encoding), MOST)


@pytest.mark.parametrize("name", sorted(set(PACK) - {"raw deflate"}))  # which has no sum to check
def test_a_packed_body_that_is_damaged_is_incomplete(name: str) -> None:
    """What stands before a place that cannot be unpacked is no page either."""
    encoding, pack = PACK[name]
    body = pack(words(1).encode())
    middle = len(body) // 2
    with pytest.raises(IncompleteBody, match=r"damaged|the end is missing"):
        unpacked(answered(body[:middle] + bytes(500) + b"\xff" * 500 + body[middle + 1000 :], encoding), MOST)


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw deflate", "zstd"])
def test_what_follows_the_end_is_ignored(name: str) -> None:
    """A body that is whole is taken, whatever a server adds to it."""
    encoding, pack = PACK[name]
    for more in (b"garbage" * 99, bytes(500), b"\n", b"</html>"):
        assert unpacked(answered(pack(b"words") + more, encoding), MOST).body == b"words"


def test_a_packed_body_may_have_several_parts() -> None:
    """Bodies of gzip and zstd may be joined; then the last part has to be whole as well."""
    for name in ("gzip", "zstd"):
        encoding, pack = PACK[name]
        assert unpacked(answered(pack(b"one, ") + pack(b"two"), encoding), MOST).body == b"one, two"
        with pytest.raises(IncompleteBody, match="the end is missing"):
            unpacked(answered(pack(b"one, ") + pack(b"two")[:-3], encoding), MOST)
        with pytest.raises(IncompleteBody, match="more than 100 parts"):
            unpacked(answered(pack(b"") * 1_000_000, encoding), MOST)  # with a copy for each part it takes hours


@pytest.mark.parametrize(("encoding", "pack"), PACK.values(), ids=PACK)
def test_a_bomb_is_not_unpacked(encoding: str, pack: Pack) -> None:
    """What is longer than an answer may be is refused by name, before it takes its memory."""
    with pytest.raises(PageTooLarge, match="it unpacks to more than 1 MiB"):
        unpacked(answered(pack(bytes(64 << 20)), encoding), MOST)


def test_answers_without_a_body_stay_as_they_are() -> None:
    """A redirect, a 304 and an answer that is not packed need no end."""
    for status in (301, 304, 404):
        assert unpacked(answered(b"", "gzip", status), MOST).body == b""
    assert unpacked(answered(b"words", "identity"), MOST).body == b"words"
    assert unpacked(answered(b"words", "aws-chunked"), MOST).body == b"words"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http", "browser", "auto"])
def test_a_page_that_breaks_off_is_lost_by_that_name(mode: str, bucket: Location, tmp_path: Path) -> None:
    """However it is packed and fetched, it is tried again, then counted and told, and the whole pages are stored."""
    with HostileSite() as site:
        broken = [path_of(number) for number in range(len(PACK))]
        for number, (path, (encoding, pack)) in enumerate(zip(broken, PACK.values(), strict=True)):
            body = pack(article(path=path, words=words(100 + number)).encode())
            site.answers[path] = [Answer(body[: len(body) * 2 // 3], headers={"Content-Encoding": encoding})]
        whole, added, mended = path_of(20), path_of(21), path_of(22)
        pages = {path: article(path=path, words=words(number)) for number, path in enumerate((whole, added, mended))}
        packed = {path: gzip.compress(page.encode()) for path, page in pages.items()}
        told = {"Content-Encoding": "gzip"}
        site.answers[whole] = [Answer(packed[whole], headers=told)]
        site.answers[added] = [Answer(packed[added] + b"garbage", headers=told)]
        torn = Answer(packed[mended][:-40], headers=told)
        times = 2 if mode == "browser" else 1  # the browser's answer, and the one over HTTP that tells
        site.answers[mended] = [torn] * times + [Answer(packed[mended], headers=told)]
        urls = " ".join(site.origin + path for path in (*broken, whole, added, mended))
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, url=urls, E_RENDER_MODE=mode)
        asked = {path: site.asked.count(path) for path in (*broken, mended)}
    assert run.code == 11, run.said
    assert errors(bucket) == {"IncompleteBody": len(broken)}
    assert {url.removeprefix("https://www.themoscowtimes.com") for url in articles(bucket)} == {whole, added, mended}
    assert min(asked.values()) >= 2, asked
    assert "incomplete body" in run.said
    assert "Traceback" not in run.said


def test_what_breaks_off_with_the_connection_has_the_same_name(bucket: Location, tmp_path: Path) -> None:
    """A body that is shorter than announced is incomplete as well."""
    with HostileSite() as site:
        site.answers[path_of(1)] = [Answer(article(path=path_of(1)).encode(), broken=True)]
        address = site.origin + path_of(1)
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, url=address, E_RENDER_MODE="http")
    assert run.code == 13, run.said
    assert errors(bucket) == {"IncompleteBody": 1}
    assert articles(bucket) == {}


@pytest.mark.parametrize("refused", [False, True], ids=["compared", "not compared"])
def test_a_packed_page_that_never_closes_itself_is_whole(refused: bool, bucket: Location, tmp_path: Path) -> None:
    """The end tag may be left out: it is stored where HTTP gives the same, and told where HTTP gives nothing."""
    path = path_of(1)
    page = article(path=path).replace("</body></html>", "")
    with HostileSite() as site:
        answer = Answer(gzip.compress(page.encode()), headers={"Content-Encoding": "gzip"})
        site.answers[path] = [answer, Answer(status=403)] if refused else [answer]
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, url=site.origin + path, E_RENDER_MODE="browser")
    assert run.code == 0, run.said
    assert len(articles(bucket)) == 1
    assert ("could not be checked" in run.said) == refused


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("named", ["", "gzip"])
def test_a_page_that_is_gzip_still_is_unpacked(named: str, layers: int) -> None:
    """A page is told by its bytes where servers pack it without a word, or once more than they say."""
    body = words(7).encode()
    packed = body
    for _ in range(layers):
        packed = gzip.compress(packed)
    answer = HtmlResponse(
        ADDRESS, 200, {"Content-Type": "text/html"} | ({"Content-Encoding": named} if named else {}), packed
    )
    assert unpacked(answer, MOST).body == body


@pytest.mark.parametrize(
    "before", ["", "\n", "\ufeff", "\ufeff\r\n", " \n" * 500], ids=["", "line", "mark", "both", "blanks"]
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_markup_that_is_announced_as_gzip_is_taken_as_it_is(before: str, charset: str) -> None:
    """A header that says gzip of what begins as markup is wrong, whatever blanks or byte order mark come first."""
    page = f"{before}<html><p>words</p></html>".encode(charset)
    found = unpacked(answered(page, "gzip"), MOST)
    assert (found.body, found.headers.get("Content-Encoding")) == (page, None)


@pytest.mark.parametrize(
    "body", [b"words", b"\xef\xbb\xbfwords <b>", b"\x1f\x8b\x08<html>", b" " * 5000 + b"<html>", b"\xef"]
)
def test_of_anything_else_it_is_the_body_that_is_damaged(body: bytes) -> None:
    """A body that does not begin as markup, or not soon, is not what was announced."""
    with pytest.raises(IncompleteBody):
        unpacked(answered(body, "gzip"), MOST)
