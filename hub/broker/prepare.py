# SPDX-License-Identifier: EUPL-1.2
"""`python -m hub.broker.prepare`: what a broker needs on this machine, before anybody waits for one.

Fetches the jars that are missing, and makes what spares every later start work (``ahead``) from one start of a broker that
is thrown away. For an image, a machine that goes offline later, or a run of many tests. Some fifteen seconds, once.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hub.broker import ahead
from hub.broker.admin import apply
from hub.broker.errors import BrokerError
from hub.broker.fetch import ensure_kafka
from hub.broker.java import find_java
from hub.broker.kafka import Broker
from hub.broker.quotas import quotas_for
from hub.broker.topics import Role, acls_for, topics_for

STOP_SECONDS = 120.0


def prepare(cache_dir: Path | None = None) -> Path | None:
    """Make the file unless it is there; None where this Java makes none. Raises a BrokerError."""
    jars, java = ensure_kafka(cache_dir), find_java()
    if java.major < ahead.OLDEST:
        return None
    file = ahead.place(java, jars)
    if not file.exists():
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".ahead-") as scratch:
            made = Path(scratch) / file.name
            broker = Broker(Path(scratch) / "broker", cache_dir=cache_dir, learn=made)
            broker.start()
            try:  # work of the kinds that every broker does first
                operator = broker.authority.credentials(Path(scratch) / "operator", "hub-operator").principal
                apply(
                    broker.bootstrap,
                    broker.credentials,
                    topics_for({}),
                    acls_for({Role.OPERATOR: [operator]}, {}),
                    quotas_for({Role.OPERATOR: [operator]}),
                )
            finally:
                broker.stop(STOP_SECONDS)
            made.replace(file)
    return file


if __name__ == "__main__":
    try:
        prepare()
    except BrokerError as error:
        sys.exit(str(error))
