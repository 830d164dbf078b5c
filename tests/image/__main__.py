"""Builds the image and crawls the newspaper inside it, into a real S3: `make image-test`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import articles, differences
from tests.fixtures.store import fresh_bucket
from tests.image.container import Container, Image
from tests.newspaper import Newspaper

MOST_MEGABYTES = 900
SINCE = "2026-11-20"
UNWRITABLE = "for place in / /srv/mtcrawler /opt/mtcrawler /usr /var/tmp /etc; do touch $place/x && echo $place; done"
STATUS = "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status"

passed: list[str] = []
Result = TypeVar("Result")


def law(told: str, holds: bool, otherwise: object = "") -> None:
    """Say that a law holds, or end with why it does not."""
    if not holds:
        sys.exit(f"FAILED: {told}\n{otherwise}")
    passed.append(told)
    print(f"ok: {told}", flush=True)


def clocked(what: str, work: Callable[[], Result]) -> Result:
    """Do it and say how long it took."""
    begun = time.monotonic()
    result = work()
    print(f"{what}: {time.monotonic() - begun:.0f} s", flush=True)
    return result


def main() -> None:
    """Build, crawl twice, look at what is there; the first law that does not hold ends it."""
    image = clocked("building", Image.build)
    print(f"image: {image.name}, built with {image.engine}, {image.size}", flush=True)
    law(f"the image is smaller than {MOST_MEGABYTES} MB", megabytes(image.size) < MOST_MEGABYTES, image.size)
    with tempfile.TemporaryDirectory() as folder:
        store = Embedded(Path(folder, "store"))
        container = Container(image, Path(folder, "volume"))
        try:
            locked_up(container)
            crawls(container, store)
        finally:
            container.close()
            store.down(wait=0)
    print(f"{len(passed)} passed, 0 failed")


def locked_up(container: Container) -> None:
    """What a process in the container may do, and that the browser's own sandbox works all the same."""
    code, said = container.run("-c", STATUS, entrypoint="/bin/sh")
    law(
        "it is not root and has no capability", said.split()[0] == "10001" and "CapEff:\t0000000000000000" in said, said
    )
    law("it gains no privileges and is confined by the seccomp profile", "Privs:\t1\nSeccomp:\t2" in said, said)
    code, said = container.run("-c", UNWRITABLE, entrypoint="/bin/sh")
    law(
        "nothing but /tmp and the volume can be written",
        not [line for line in said.splitlines() if line[0] == "/"],
        said,
    )
    code, said = container.run("-m", "mtcrawler.fetch.browser.browser", "chromium-headless-shell", entrypoint="python")
    law("the browser runs with its sandbox", code == 0 and "without its sandbox" not in said, said)
    code, said = container.run("-m", "mtcrawler.runs.process.heartbeat", entrypoint="python")
    law("it is healthy while no crawl goes on", code == 0, said)
    code, said = container.run("crawl", "moscowtimes", MTCRAWLER_CONTACT="https://paper.test/bot")
    law("without a bucket it says so and ends with 2", code == 2 and "S3_BUCKET" in said, said)


def crawls(container: Container, store: Embedded) -> None:
    """The newspaper, crawled twice: everything is stored as it is, and the second run adds nothing."""
    bucket = fresh_bucket(store)
    given = {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
        "MTCRAWLER_CONTACT": "https://paper.test/bot",
    }
    with Newspaper("en", modal="none") as paper:
        crawl = ("crawl", "moscowtimes", "-a", f"site={paper.origin}", "-a", f"since={SINCE}", "-a", "sources=sitemap")
        code, said = clocked("first crawl", lambda: container.run(*crawl, **given))
        law("a crawl in the container is done", code == 0, said)
        stored, truth = articles(bucket), paper.expected()
        wanted = {url for url in paper.listed()["sitemap"] if (truth[url]["published_at"] or "") >= SINCE}
        law(f"all {len(wanted)} articles are in the bucket", wanted <= set(stored), wanted - set(stored))
        law("each is as it was printed", not any(differences(stored[url], truth[url]) for url in wanted))
        code, said = clocked("second crawl", lambda: container.run(*crawl, **given))
        law("a second crawl adds nothing", code == 0 and "0 new" in said, said)
        code, said = container.run(*crawl[:3], f"site={paper.origin}", "-a", "since=never", **given)
        law("its exit code is the run's", code == 2, said)
        process = container.start(*crawl[:4], "-a", "since=2026-01-01", **given)
        while sum(path.startswith("/2026/") for path in paper.hits) < len(wanted) + 5 and process.poll() is None:
            time.sleep(0.1)
        container.stop(process)
        said = process.communicate(timeout=120)[0]
        law("SIGTERM stops it in time, with 16", process.returncode == 16, said)
    code, said = container.run("runs", entrypoint="mtcrawler", **given)
    law("mtcrawler reads the bucket from it", code == 0 and said.count('"run_id"') == 3, said)
    with Bucket(bucket) as reader:
        outcomes = [one["outcome"] for one in reader.manifests()]
        law("every run left its manifest", sorted(outcomes) == ["done", "done", "stopped"], outcomes)


def megabytes(size: str) -> float:
    """A size as engines write it, in megabytes."""
    number, unit = size.split()
    return float(number) * {"KB": 0.001, "MB": 1, "GB": 1000}[unit]


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("The image is not tried: it takes root to lock it up. Run `sudo make image-test`.")
        print("0 passed, 0 failed, 1 skipped")
    else:
        main()
