"""Whether a bucket keeps earlier versions of what was removed: none, some, or nobody could ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from mtcrawler.cli import main
from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import StoreError
from mtcrawler.storage.layout import revision_folder
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3 import versions
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.s3.versions import has_versions
from tests.cli.test_compact import environment_of
from tests.fixtures.answering import Answer, Asked, answering, error
from tests.fixtures.store import SITE, s3_of
from tests.removal.story import OTHER_FORM, REASON, New, story
from tests.session.test_session import crawl

HOMES = ("revisions/a/", "revisions/b/")
BROKEN = "<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker></ListVersionsResult>"


def only_versions(answer: Answer) -> Callable[[Asked], Answer | None]:
    """A rule that answers the question for versions, and passes everything else on."""
    return lambda asked: answer if "versions" in asked.path.partition("?")[2] else None


def keep_versions(bucket: Location) -> None:
    s3_of(bucket).put_bucket_versioning(Bucket=bucket.bucket, VersioningConfiguration={"Status": "Enabled"})


@pytest.fixture(params=[1, 8], ids=["together", "one by one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefixes are looked for in one listing of their folder, or each for itself."""
    monkeypatch.setattr(versions, "MANY", request.param)


@pytest.mark.usefixtures("way")
def test_what_is_there_is_no_earlier_version(bucket: Location, client: Client) -> None:
    """Objects that lie there now are none, with versioning or without, and neither is what is elsewhere."""
    client.put("revisions/a/1", b"1")
    assert not has_versions(bucket, HOMES)
    keep_versions(bucket)
    client.put("revisions/b/1", b"1")
    client.put("revisions/c/1", b"1")
    client.put("revisions/c/1", b"2")
    assert not has_versions(bucket, HOMES)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("home", HOMES)
def test_an_earlier_version_is_found_behind_marks(
    home: str, bucket: Location, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier version in any of the homes is found, on whichever page of the listing it comes."""
    monkeypatch.setattr(versions, "LISTED", 2)
    keep_versions(bucket)
    for number in range(5):  # marks alone: nothing was there
        client.delete(f"{home}{number}")
    assert not has_versions(bucket, HOMES)
    client.put(f"{home}9", b"1")
    client.delete(f"{home}9")
    assert has_versions(bucket, HOMES)


@pytest.mark.parametrize(("status", "code"), [(501, "NotImplemented"), (405, "MethodNotAllowed"), (501, ""), (405, "")])
def test_a_server_without_the_call_has_none(status: int, code: str, bucket: Location) -> None:
    """A server that does not know the question keeps no versions."""
    with answering(bucket, only_versions(error(status, code))) as behind:
        assert not has_versions(behind, HOMES)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(403, "AccessDenied"), "AccessDenied"),
        (error(503, "SlowDown"), "SlowDown"),
        (Answer(200, {}, BROKEN.encode()), "same next token"),
    ],
    ids=["denied", "throttled", "endless"],
)
def test_what_could_not_be_asked_is_no_answer(answer: Answer, said: str, bucket: Location) -> None:
    """A refusal, a server with too much to do and a listing without end are told, and taken for neither."""
    with answering(bucket, only_versions(answer)) as behind, pytest.raises(StoreError, match=said):
        has_versions(behind, HOMES)


@pytest.mark.parametrize(("others", "most"), [(0, 6), (6, 17)], ids=["the whole folder", "few of many"])
@pytest.mark.parametrize("earlier", [None, 0, 7, 15])
def test_many_prefixes_cost_no_request_each(
    others: int, most: int, earlier: int | None, bucket: Location, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing of their folder answers for many prefixes; where it holds far more than they do it is left at once."""
    monkeypatch.setattr(versions, "LISTED", 5)
    keep_versions(bucket)
    homes = [f"revisions/{number:02}/" for number in range(16)]
    for home in homes:
        client.put(f"{home}1", b"1")
        for number in range(others):
            client.put(f"{home[:-1]}-{number}/1", b"1")  # of an article that stays
            client.put(f"{home[:-1]}-{number}/1", b"2")
    if earlier is not None:
        client.delete(f"{homes[earlier]}1")
    asked: list[Asked] = []
    with answering(bucket, change=lambda question, answer: asked.append(question)) as behind:
        assert has_versions(behind, homes) == (earlier is not None)
    assert len(asked) <= most


@pytest.mark.parametrize("gone", [False, True])
def test_a_folder_that_is_too_much_for_the_server_is_left(
    gone: bool, bucket: Location, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the server cannot list the folder each prefix is asked about."""
    monkeypatch.setattr(versions, "MANY", 1)
    keep_versions(bucket)
    client.put("revisions/b/1", b"1")
    if gone:
        client.delete("revisions/b/1")

    refused: list[Asked] = []

    def too_much(asked: Asked) -> Answer | None:
        if parse_qs(asked.path.partition("?")[2]).get("prefix") != ["revisions/"]:
            return None
        refused.append(asked)
        return error(503, "SlowDown")

    with answering(bucket, too_much) as behind:
        assert has_versions(behind, HOMES) == gone
    assert refused


def test_nobody_there_is_no_answer(bucket: Location) -> None:
    """Where nobody answers that is told."""
    with answering(bucket) as behind:
        pass
    with pytest.raises(StoreError, match="nobody answers"):
        has_versions(behind, HOMES)


def test_a_removal_that_may_not_ask_says_so(
    new_session: New, bucket: Location, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where versions could not be asked for, one line names the missing right, and the exit code is as without."""
    session = new_session(folder="first")
    crawl(session, story())
    session.close()
    capfd.readouterr()
    with answering(bucket, only_versions(error(403, "AccessDenied"))) as behind:
        line = ["--var", str(tmp_path / "var"), "remove", story().id, "--reason", REASON, "--yes"]
        assert main(line, environment_of(behind)) == 0
    told = capfd.readouterr()
    assert json.loads(told.out)["earlier_versions"] is None
    assert [said for said in told.err.splitlines() if "s3:ListBucketVersions" in said and "AccessDenied" in said]


def test_other_addresses_are_asked_about(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """An earlier version that lies under another address of the article is told, too."""
    session = new_session(folder="first")
    crawl(session, story(alternate_urls=[OTHER_FORM]))
    session.close()
    keep_versions(bucket)
    key = f"{revision_folder(SITE, article_id(OTHER_FORM))}1.json"
    client.put(key, b"{}")
    client.delete(key)
    s3_of(bucket).put_bucket_versioning(Bucket=bucket.bucket, VersioningConfiguration={"Status": "Suspended"})
    capfd.readouterr()
    line = ["--var", str(tmp_path / "var"), "remove", story().id, "--reason", REASON, "--yes"]
    assert main(line, environment_of(bucket)) == 3
    assert json.loads(capfd.readouterr().out)["earlier_versions"] is True
