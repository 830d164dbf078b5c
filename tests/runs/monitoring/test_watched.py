"""A crawl as machines watch it: its log, its metrics, its traces; and what must be in none of them."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from mtcrawler.cli import main
from mtcrawler.storage.layout import RUNS
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.access.gazette import served
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.receiver import Receiver, Taken, receiver

COOKIE = "c00kieSecretValue7731"
PASSWORD = "gatewaySecret5150"
TOKEN = "urlSecretToken4242"
SPAN = {"since": "2026-11-01", "S_SPIDER_MODULES": "tests.access.gazette", "S_CONTACT_REQUIRED": "0"}
GOOD = "mtcrawler_last_good_article_timestamp_seconds"


def watched(bucket: Location, var: Path, origin: str, receiver: Receiver, **arguments: str) -> Run:
    """A crawl of the Gazette as in production, told to the receiver."""
    return crawl(
        "gazette",
        bucket,
        var,
        site=origin,
        **{**SPAN, **arguments},
        E_SCRAPY_PROJECT="production",
        E_MTCRAWLER_PUSHGATEWAY=f"http://operator:{PASSWORD}@{receiver.where}",
        E_OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{receiver.where}",
    )


def lines(run: Run) -> list[dict[str, Any]]:
    """What was said, every line of it as JSON."""
    return [json.loads(line) for line in run.said.splitlines()]


def samples(pushed: Taken) -> dict[str, float]:
    """The numbers of a push, by name and labels."""
    told = (line.rsplit(" ", 1) for line in pushed.body.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in told}


def spans(taken: list[Taken]) -> list[Any]:
    """Every span that came."""
    found = []
    for one in taken:
        body = gzip.decompress(one.body) if one.body.startswith(b"\x1f\x8b") else one.body
        request = ExportTraceServiceRequest.FromString(body)
        found += [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]
    return found


def session(var: Path, value: str) -> None:
    """A reader's session, kept as an operator would."""
    cookies = var / "cookies.txt"
    line = "\t".join(["127.0.0.1", "FALSE", "/", "FALSE", "0", "subscriber", value])
    cookies.write_text(f"# Netscape HTTP Cookie File\n{line}\n")
    assert main(["--var", str(var), "login", "127.0.0.1", "--import", str(cookies)], {}) == 0
    cookies.unlink()


@pytest.mark.slow
def test_a_run_is_told_to_machines(bucket: Location, tmp_path: Path) -> None:
    """Every line of a production log is JSON with its run; metrics and spans tell what became of every page."""
    with served("paywall") as (origin, _), receiver() as taken:
        run = watched(bucket, tmp_path, origin, taken)
        again = watched(bucket, tmp_path, origin, taken)
    assert (run.code, again.code) == (0, 0), run.said
    said = lines(run)
    assert len({line["run"] for line in said}) == 1
    assert all({"time", "level", "logger", "message", "spider"} <= set(line) for line in said)
    assert said[-1]["outcome"] == "done"
    first, second = (samples(pushed) for pushed in taken.at("/metrics/job/mtcrawler/site/127.0.0.1/spider/gazette"))
    assert first['mtcrawler_articles_total{outcome="new",site="127.0.0.1",spider="gazette"}'] == 6
    assert first['mtcrawler_pages_total{outcome="200",site="127.0.0.1",spider="gazette"}'] == 7
    assert first['mtcrawler_page_seconds_count{site="127.0.0.1",spider="gazette"}'] == 6
    assert first['mtcrawler_run_exit_code{site="127.0.0.1",spider="gazette"}'] == 0
    assert first['mtcrawler_run_duration_seconds{site="127.0.0.1",spider="gazette"}'] > 0
    assert second['mtcrawler_articles_total{outcome="new",site="127.0.0.1",spider="gazette"}'] == 0
    good = second[f'{GOOD}{{site="127.0.0.1",spider="gazette"}}']
    assert abs(first[f'{GOOD}{{site="127.0.0.1",spider="gazette"}}'] - good) < 2
    fetched = max(datetime.fromisoformat(one["provenance"]["fetched_at"]) for one in articles(bucket).values())
    assert 0 <= good - fetched.timestamp() < 20
    check_spans(spans(taken.at("/v1/traces")))


def check_spans(found: list[Any]) -> None:
    """Six pages in a run, each with its steps in it; a second run without any."""
    names = Counter(span.name for span in found)
    assert names["run"] == 2
    runs = [{one.key: one.value.string_value for one in span.attributes} for span in found if span.name == "run"]
    assert [(run["mtcrawler.spider"], run["mtcrawler.outcome"]) for run in runs] == [("gazette", "done")] * 2
    assert names["store"] == 6
    by_id = {span.span_id: span for span in found}
    stored = next(span for span in found if span.name == "store")
    page = by_id[stored.parent_span_id]
    assert (page.name, by_id[page.parent_span_id].name) == ("page", "run")
    inside = [span for span in found if span.parent_span_id == page.span_id]
    assert {span.name for span in inside} == {"fetch", "render", "overlays", "extract", "store"}
    for span in inside:
        assert page.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= page.end_time_unix_nano
    assert "http://127.0.0.1" in str(page.attributes)


def test_no_secret_leaves_a_run(bucket: Location, tmp_path: Path) -> None:
    """Keys, cookies, passwords and tokens are in no log, however talkative, no metric, trace, manifest or report."""
    session(tmp_path, f"yes; {COOKIE}".replace("; ", "-"))
    with served("paywall") as (origin, _), receiver() as taken:
        url = f"{origin}/2026/11/15/story-15?access_token={TOKEN},{origin}/2026/11/16/story-16?api_key={TOKEN}"
        run = watched(bucket, tmp_path, origin, taken, url=url, E_LOG_LEVEL="DEBUG")
        pushed = taken.at("/metrics")
        assert pushed[-1].authorization
    produced = {"log": run.said, **{f"sent {place}": _text(one.body) for place, one in enumerate(taken.taken)}}
    client = Client(bucket)
    for key in client.keys(RUNS):
        stored = client.get(key)
        produced[key] = _text(stored.body) if stored else ""
    client.close()
    assert {key.rpartition("/")[2] for key in produced} >= {"manifest.json", "report.html"}
    assert any("story-15" in text for name, text in produced.items() if name.startswith("sent"))
    secrets = (bucket.secret_key or "", COOKIE, PASSWORD, TOKEN)
    assert all(secrets)
    for name, text in produced.items():
        assert [secret for secret in secrets if secret in text] == [], name
    assert all(json.loads(line) for line in run.said.splitlines())


@pytest.mark.slow
def test_no_secret_of_letters_leaves_a_run(bucket: Location, tmp_path: Path) -> None:
    """A cookie of letters alone, wherever it stands in an address, and a proxy's password are told nowhere, either."""
    letters, proxy = "qzhwmkxvbtrplgdnfjscyaeiouqzhwmk", "lettersonlypassword"
    session(tmp_path, letters)
    with served("paywall") as (origin, _), receiver() as taken:
        asked = f"{origin}/2026/11/15/story-15?visit={letters},{origin}/2026/11/16/story-16?to=%2F{letters}%2F{proxy}"
        environment = {"E_LOG_LEVEL": "DEBUG", "E_FTP_PROXY": f"http://reader:{proxy}@127.0.0.1:9"}
        run = watched(bucket, tmp_path, origin, taken, url=asked, **environment)
    produced = {"log": run.said, **{f"sent {place}": _text(one.body) for place, one in enumerate(taken.taken)}}
    with closing(Client(bucket)) as client:
        for key in client.keys(RUNS):
            stored = client.get(key)
            produced[key] = _text(stored.body) if stored else ""
    assert {key.rpartition("/")[2] for key in produced} >= {"manifest.json", "report.html", "report.json"}
    for name, text in produced.items():
        assert [secret for secret in (letters, proxy) if secret in text] == [], name


def test_what_others_libraries_say_is_cleaned_too(bucket: Location, tmp_path: Path) -> None:
    """A session token that boto3 logs with every request when everything is logged is hidden there as well."""
    token = {"E_AWS_SESSION_TOKEN": TOKEN, "E_LOG_LEVEL": "DEBUG"}
    run = crawl("gazette", bucket, tmp_path, site="http://127.0.0.1:9", **SPAN, **token)
    assert "x-amz-security-token:…" in run.said
    assert TOKEN not in run.said


@pytest.mark.parametrize("port", ["nine", "99999"])
def test_a_port_that_is_none_is_told(port: str, bucket: Location, tmp_path: Path) -> None:
    """A METRICS_PORT that cannot be one ends the run before it begins, in one line."""
    run = crawl("gazette", bucket, tmp_path, site="http://127.0.0.1:9", **SPAN, E_METRICS_PORT=port)
    assert run.code == 2
    said = f"reading the environment variable METRICS_PORT: '{port}' is not allowed. Allowed: a port, 0 to 65535."
    assert run.last_line == said


@pytest.mark.slow
def test_metrics_are_served_on_loopback_and_a_gateway_that_is_away_costs_nothing(
    bucket: Location, tmp_path: Path
) -> None:
    """Numbers can be scraped while the crawl goes on, no longer; a gateway that is away is named, without its key."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, nobody = one.getsockname()[1], f"127.0.0.1:{other.getsockname()[1]}"
    seen: list[str] = []
    over = threading.Event()

    def scrape() -> None:
        while not over.wait(0.05) and not seen:
            try:
                with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                    seen.append(answer.read().decode())
            except (URLError, OSError):
                continue

    thread = threading.Thread(target=scrape)
    thread.start()
    asked = {"E_METRICS_PORT": str(port), "E_MTCRAWLER_PUSHGATEWAY": f"http://operator:{PASSWORD}@{nobody}"}
    try:
        with served("paywall") as (origin, _):
            run = crawl("gazette", bucket, tmp_path, site=origin, **SPAN, **asked)
    finally:
        over.set()
        thread.join()
    assert run.code == 0, run.said
    assert re.search(r'mtcrawler_pages_total\{outcome="unanswered",site="127.0.0.1",spider="gazette"\} 0', seen[0])
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", port)) != 0
    assert f"Pushing metrics to http://{nobody}" in run.said
    assert PASSWORD not in run.said


def _text(body: bytes) -> str:
    whole = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    return whole.decode("utf-8", "replace")
