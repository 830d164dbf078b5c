"""Laws of the list of reserved blocks: it is in order, and the cluster has the same."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import yaml

from mtcrawler.fetch.network.reserved import IPV4, IPV6


def test_no_block_is_named_twice() -> None:
    """Every block says something of its own."""
    assert not [pair for pair in combinations(IPV4, 2) if pair[0].overlaps(pair[1])]
    assert not [pair for pair in combinations(IPV6, 2) if pair[0].overlaps(pair[1])]


def test_the_cluster_refuses_what_the_crawler_refuses() -> None:
    """The blocks that the NetworkPolicy excepts are the guard's own, all of them."""
    policy = yaml.safe_load((Path(__file__).parents[3] / "deploy" / "kubernetes" / "network.yaml").read_text())
    blocks = {to["ipBlock"]["cidr"]: to["ipBlock"]["except"] for to in policy["spec"]["egress"][0]["to"]}
    assert blocks == {"0.0.0.0/0": [str(each) for each in IPV4], "::/0": [str(each) for each in IPV6]}
