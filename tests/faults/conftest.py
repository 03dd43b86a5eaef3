# SPDX-License-Identifier: EUPL-1.2
"""One installed hub for the fault tests of a file. Each test has persons of its own; time only moves forward."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.faults.hub_scene import HubScene


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubScene]:
    """A hub without workers: a test runs those that it needs."""
    scene = HubScene.make(tmp_path_factory.mktemp("hub") / "data", date(2025, 1, 6))
    yield scene
    scene.broker.stop()
