"""The number of workers follows what there is to do: the query that Kubernetes scales them by."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.fleet.stand_in import asked, make

SCALING = Path(__file__).parents[2] / "deploy" / "kubernetes" / "fleet" / "scaling.yaml"


def test_workers_are_scaled_by_the_sites_that_are_due(dsn: str) -> None:
    """The query gives one whole number: sites that are due, those under way among them; none that is paused or
    quarantined, or due later.
    """
    (trigger,) = yaml.safe_load(SCALING.read_text("utf-8"))["spec"]["triggers"]
    make(dsn, "due", "under-way", "paused", "quarantined")
    make(dsn, "later", due="now() + interval '1 hour'")
    asked(dsn, "UPDATE site SET paused = true WHERE name = 'paused'")
    asked(dsn, "UPDATE site SET quarantined = now() WHERE name = 'quarantined'")
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status) VALUES ('visits', 'visit', %s, 'doing')"
    asked(dsn, job, "under-way")
    assert [list(row.values()) for row in asked(dsn, trigger["metadata"]["query"])] == [[2]]
