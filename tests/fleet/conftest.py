"""A real PostgreSQL for the tests, and a fresh database on it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from mtcrawler.fleet.database.server import EmbeddedDatabase
from tests.fixtures.store import ends_with_us


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL for this worker, started when a test first needs it."""
    server = EmbeddedDatabase(tmp_path_factory.mktemp("postgres"))
    address = server.up()
    with ends_with_us(server.status().pid, server.folder / "data"):
        yield address
        server.down(wait=5)


@pytest.fixture
def dsn(postgres: str) -> Iterator[str]:
    """The address of an empty database nobody else uses; it goes with the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgres.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
