"""Laws of sessions: a subscriber's cookies and storage stay with their site, and no crawl sees another's."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.fetch.browser.mirror import MirrorRoutes
from mtcrawler.fetch.sessions import ReaderSession, imported, states
from mtcrawler.markup.addresses import Site
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, environment
from tests.fixtures.fetching import fetch
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article
from tests.hostile.showing import staged

CANARY = "session-canary-7c1d"
SITE, OTHER = "www.paper.example", "www.other.example"
THEIRS = (".other.example", "other.example", "tracker.example", "paper.example.other.example", "notpaper.example")
OWN = (".paper.example", SITE, "id.paper.example", ".id.paper.example")


def cookie(domain: str) -> dict[str, object]:
    """A cookie as a storage state has it."""
    common = {"path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"name": "session", "value": f"{CANARY}-{domain.strip('.')}", "domain": domain, **common}


def origin(host: str) -> dict[str, object]:
    """Local storage as a storage state has it."""
    return {"origin": f"https://{host}", "localStorage": [{"name": "token", "value": f"{CANARY}-{host}"}]}


def netscape(domain: str) -> str:
    """A line of a cookies.txt."""
    wide = "TRUE" if domain.startswith(".") else "FALSE"
    return "\t".join([domain, wide, "/", "FALSE", "0", "session", f"{CANARY}-{domain.strip('.')}"])


@pytest.mark.parametrize("kind", ["cookies.txt", "state.json"])
def test_a_session_keeps_its_own_site_alone(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an export of a whole browser the site's cookies and storage are kept, and it is said what is left out."""
    given = tmp_path / kind
    lines = [netscape(domain) for domain in (*OWN, *THEIRS)]
    state = {
        "cookies": [cookie(domain) for domain in (*OWN, *THEIRS)],
        "origins": [origin(host) for host in (SITE, OTHER, "notpaper.example")],
    }
    given.write_text("\n".join(["# Netscape HTTP Cookie File", *lines]) if kind.endswith("txt") else json.dumps(state))
    assert main(["--var", str(tmp_path), "login", SITE, "--import", str(given)], {}) == 0
    kept = json.loads((tmp_path / "sessions" / f"{SITE}.json").read_text())
    assert {each["domain"] for each in kept["cookies"]} == set(OWN)
    assert {each["origin"] for each in kept["origins"]} == ({f"https://{SITE}"} if kind.endswith("json") else set())
    assert f"{len(THEIRS)} cookies of other sites" in capsys.readouterr().out


def test_an_export_without_the_site_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is kept where none of the cookies is the site's."""
    given = tmp_path / "cookies.txt"
    given.write_text("\n".join(["# Netscape HTTP Cookie File", *map(netscape, THEIRS)]))
    assert main(["--var", str(tmp_path), "login", SITE, "--import", str(given)], {}) == 2
    assert f"no cookies of {SITE}" in capsys.readouterr().err
    assert not (tmp_path / "sessions").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no such file"),
        ({"cookies": [], "origins": [origin(SITE)]}, "there are no cookies"),
        ({"cookies": [cookie(OTHER)]}, "there are no cookies"),
        ({"cookies": [{**cookie(SITE), "expires": 1_700_000_000}, {**cookie(OTHER), "expires": -1}]}, "have run out"),
        ({"cookie": []}, "it is no storage state: cookies"),
        ([], "it is neither a storage state nor a cookies.txt"),
    ],
    ids=["missing", "without cookies", "another site's", "expired", "no state", "no object"],
)
def test_what_is_no_session_leaves_the_old_one(
    content: object, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An import that would open nothing is refused by name with 2, and the session that was kept stays as it was."""
    good, bad, kept = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "sessions" / f"{SITE}.json"
    good.write_text(json.dumps({"cookies": [cookie(SITE)]}), "utf-8")
    assert main(["--var", str(tmp_path), "login", SITE, "--import", str(good)], {}) == 0
    before = kept.read_bytes()
    if content is not None:
        bad.write_text(json.dumps(content), "utf-8")
    assert main(["--var", str(tmp_path), "login", SITE, "--import", str(bad)], {}) == 2
    said = capsys.readouterr().err
    assert told in said
    assert CANARY not in said
    assert kept.read_bytes() == before


def test_an_old_session_file_opens_its_own_site_alone(tmp_path: Path) -> None:
    """A file that was kept with other sites' cookies in it gives the browser none of them."""
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"cookies": [cookie(each) for each in (SITE, *THEIRS)], "origins": [origin(OTHER)]}))
    path.chmod(0o600)
    session = ReaderSession.open(SITE, path)
    assert [each["domain"] for each in session.state["cookies"]] == [SITE]
    assert session.state["origins"] == []
    assert CANARY not in repr(session)


@pytest.fixture
def site() -> Iterator[HostileSite]:
    """Answers under every name: which one was asked is in the Host of the request."""
    with HostileSite("127.0.0.2") as made:
        yield made


async def test_a_session_never_leaves_its_site(site: HostileSite, tmp_path: Path) -> None:
    """Redirects, frames, scripts, pictures and fetches that lead elsewhere, with credentials or not, take no cookie."""
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"cookies": [cookie(SITE), cookie(OTHER)], "origins": []}))
    path.chmod(0o600)
    state = ReaderSession.open(SITE, path).state
    other = f"http://{OTHER}:{site.port}"
    tags = "".join(
        f"<{tag}>" for tag in (f'iframe src="{other}/f"></iframe', f'script src="{other}/s.js"></script', "p")
    )
    code = f"fetch('{other}/x', {{credentials: 'include', mode: 'no-cors'}}).finally(() => {{ done = true }})"
    site.pages |= {"/page": f"{tags}<script>{code}</script>", "/away": f"{other}/there", "/there": "<p>There"}
    async with staged(site, "127.0.0.0/8", state=state) as (pool, _):
        tab = await pool.lend()
        await tab.goto(f"http://{SITE}:{site.port}/page", wait_until="commit")
        await tab.wait_for_function("window.done")
        await tab.goto(f"http://{SITE}:{site.port}/away", wait_until="commit")
        assert tab.url == f"{other}/there"
        await pool.take_back(tab, healthy=True)
    sent = {(host.partition(":")[0], CANARY in cookies) for host, cookies in site.cookies}
    assert sent == {(SITE, True), (OTHER, False)}


async def test_a_session_is_not_shown_to_a_mirror(site: HostileSite) -> None:
    """What a mirrored page asks of the publisher's hosts goes to the mirror without the publisher's cookies."""
    own = Site(f"http://{SITE}", frozenset({SITE}), mirror=site.origin)
    site.pages |= {"/page": f"<script src='http://{SITE}/s.js'></script>", "/s.js": "done = true"}
    async with staged(site, state={"cookies": [cookie(SITE), cookie(".paper.example")], "origins": []}) as (pool, _):
        tab = await pool.lend()
        await MirrorRoutes(own, fetch).install(tab)
        await tab.goto(f"{site.origin}/page", wait_until="commit")
        await tab.wait_for_function("window.done")
        await pool.take_back(tab, healthy=True)
    assert "/s.js" in site.asked
    assert CANARY not in str(site.cookies)


TWO = """
import json, sys
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

process = AsyncCrawlerProcess(get_project_settings())
for name, given in json.loads(sys.argv[2]).items():
    crawler = process.create_crawler(name)
    crawler.settings.set("RENDER_MODE", sys.argv[1], "cmdline")
    crawler.settings.set("RUN_ID", name.replace("_", "-"), "cmdline")
    process.crawl(crawler, **given)
process.start()
"""
MARK = "<script>localStorage.mark = '{0}'; document.cookie = 'mark={0}; max-age=999'; fetch('/seen?' + %s)</script>"
SEEN = MARK % "encodeURIComponent(document.cookie + localStorage.mark + Object.keys(localStorage))"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http", "browser"])
def test_two_crawls_of_one_process_share_nothing(mode: str, bucket: Location, tmp_path: Path) -> None:
    """Two sites crawled at once by one process: each is read by its own guard, and neither sees what the other left."""
    with HostileSite("127.0.0.1") as first, HostileSite("127.0.0.1") as second:
        first.meeting = second.meeting = threading.Barrier(2)  # both are under way before either goes on
        # One host, so that only the contexts keep their cookies apart; one of the two is Russian.
        russian = PATH.replace("/a-boat", "/lodka")
        first.pages[PATH] = article(SEEN.format("first"))
        second.pages[russian] = article(SEEN.format("second"), path=russian)
        given = {
            "moscowtimes": {"site": first.origin, "url": first.origin + PATH},
            "moscowtimes_ru": {"site": second.origin, "url": second.origin + russian},
        }
        done = subprocess.run(
            [sys.executable, "-c", TWO, mode, json.dumps(given)],
            cwd=ROOT,
            env=environment(bucket, tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
    assert PATH in first.asked, done.stderr
    assert russian in second.asked, done.stderr
    assert "second" not in str(first.cookies) + str(first.asked)
    assert "first" not in str(second.cookies) + str(second.asked)
    if mode == "browser":
        assert any(path.startswith("/seen") for path in first.asked)
        assert any(path.startswith("/seen") for path in second.asked)


def test_a_session_may_be_mounted_as_a_link(tmp_path: Path) -> None:
    """A session, cookies to import and a cursor that an operator names are read through links, as Kubernetes mounts
    them; what we find in our own folders is not.
    """
    cookies = tmp_path / "..data"
    cookies.write_text("# Netscape HTTP Cookie File\n.a.example\tTRUE\t/\tTRUE\t0\tname\tvalue\n")
    (tmp_path / "cookies.txt").symlink_to(cookies)
    state = imported(tmp_path / "cookies.txt")
    assert [one["name"] for one in state["cookies"]] == ["name"]
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(state))
    kept.chmod(0o600)
    (tmp_path / "a.example.json").symlink_to(kept)
    assert ReaderSession.open("a.example", tmp_path / "a.example.json").state["cookies"] == state["cookies"]
    assert list(states({"READER_SESSIONS": {"a.example": str(tmp_path / "a.example.json")}})) == [state]


def test_cookies_are_imported_from_what_was_read(tmp_path: Path) -> None:
    """Cookies come from the bytes that were checked: standard input, which is read once, will do."""
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n.a.example\tTRUE\t/\tTRUE\t0\tname\tvalue\n")
    line = [sys.executable, "-m", "mtcrawler.cli", "--var", str(tmp_path), "login", "a.example", "--import"]
    with cookies.open("rb") as file:
        done = subprocess.run([*line, "/dev/stdin"], stdin=file, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "sessions" / "a.example.json").is_file()
