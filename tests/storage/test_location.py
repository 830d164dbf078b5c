"""Which bucket is meant: read from a mapping, checked, and never shown with its secrets."""

from __future__ import annotations

import re

import pytest

from mtcrawler.model.errors import SettingError
from mtcrawler.storage.location import Location


def test_no_bucket_named_means_none() -> None:
    """Without S3_BUCKET there is no location, so that the embedded store is used."""
    assert Location.from_mapping({}) is None
    assert Location.from_mapping({"AWS_REGION": "eu-central-1", "S3_BUCKET": " "}) is None


def test_the_usual_variables_are_read() -> None:
    """Endpoint, bucket, prefix, region and credentials come from the variables people know."""
    location = Location.from_mapping(
        {
            "S3_ENDPOINT_URL": "http://127.0.0.1:9000",
            "S3_BUCKET": "papers",
            "S3_PREFIX": "/moscow/times/",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "hush",
        }
    )
    assert location == Location("http://127.0.0.1:9000", "papers", "moscow/times", "eu-central-1", "key", "hush")
    assert location is not None
    assert location.uri == "s3://papers/moscow/times"


def test_a_bucket_may_be_an_address() -> None:
    """s3://bucket/prefix says both at once."""
    location = Location.from_mapping({"S3_BUCKET": "s3://papers/moscow", "AWS_ENDPOINT_URL_S3": "https://s3.example"})
    assert location == Location("https://s3.example", "papers", "moscow")


@pytest.mark.parametrize(
    "mapping",
    [
        {"S3_ENDPOINT_URL": "http://127.0.0.1:9000"},
        {"S3_PREFIX": "papers"},
        {"S3_BUCKET": "No_Such_Name"},
        {"S3_BUCKET": "a..b"},
        {"S3_BUCKET": "papers", "S3_PREFIX": "a//b"},
        {"S3_BUCKET": "papers", "S3_PREFIX": "a/../b"},
        {"S3_BUCKET": "papers", "S3_ENDPOINT_URL": "127.0.0.1:9000"},
        {"S3_BUCKET": "papers", "AWS_ACCESS_KEY_ID": "key"},
    ],
    ids=str,
)
def test_nonsense_is_refused_with_a_remedy(mapping: dict[str, str]) -> None:
    """What cannot be a bucket, or is only half said, names the variable to set."""
    with pytest.raises(SettingError, match=r"S3_|AWS_"):
        Location.from_mapping(mapping)


def test_secrets_are_not_shown() -> None:
    """Credentials are in no representation and no message."""
    location = Location("https://s3.example", "papers", access_key="key-id", secret_key="hush", session_token="token")
    for shown in (repr(location), str(location), location.where, location.uri):
        assert not {word for word in ("key-id", "hush", "token") if f"'{word}'" in shown or word in shown}


def test_local_folders_are_told_apart() -> None:
    """What is kept locally about one bucket is not taken for another's; a label outlives a change of port."""
    one, other = (Location(f"http://127.0.0.1:{port}", "papers") for port in (1, 2))
    assert one.tag != other.tag
    labelled = {Location(f"http://127.0.0.1:{port}", "papers", label="embedded:x").tag for port in (1, 2)}
    assert len(labelled) == 1


def test_a_place_whose_name_is_no_text_has_a_tag() -> None:
    """A folder's name may be any bytes; the bucket in it has a tag all the same."""
    assert re.fullmatch("[0-9a-f]{12}", Location(None, "bucket", label="embedded:/\udcff").tag)
