# SPDX-License-Identifier: EUPL-1.2
"""What tests of every kind share: one real broker for the whole session, with mutual TLS, its topics and its rights.

It is started by the first test that asks for it; a run of unit tests alone never starts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from hub.broker.admin import apply
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.quotas import Quota, quotas_for
from hub.broker.topics import Acl, Role, Topic, acls_for, topics_for

HUB_OIN = "00000009900000000000"
PARTNERS = {
    "00000009900000000001": "gemeente",
    "00000009900000000002": "taalschool",
    "00000009900000000003": "begeleider",
}


@pytest.fixture(scope="session")
def partners() -> Mapping[str, str]:
    """The organisations that the shared broker knows: name by OIN."""
    return PARTNERS


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A running broker with the hub's topics, and rights for every role and every partner."""
    with Broker(tmp_path_factory.mktemp("broker")) as running:
        apply(running.bootstrap, running.credentials, *_structure(running))
        yield running


@pytest.fixture(scope="session")
def structure(broker: Broker) -> tuple[tuple[Topic, ...], frozenset[Acl], frozenset[Quota]]:
    """The topics, ACLs and limits that the shared broker has."""
    return _structure(broker)


@pytest.fixture(scope="session")
def credentials(broker: Broker) -> Callable[[str], Credentials]:
    """``credentials(role)`` or ``credentials(oin)``; any other name gets a valid certificate without any right."""
    return lambda name: _issued(broker, name)


@pytest.fixture(scope="session")
def operator(credentials: Callable[[str], Credentials]) -> Credentials:
    """The operator's credentials: may create topics and grant rights, such as those of a test's own topics."""
    return credentials(Role.OPERATOR)


def _structure(broker: Broker) -> tuple[tuple[Topic, ...], frozenset[Acl], frozenset[Quota]]:
    roles = {role: [_issued(broker, role).principal] for role in Role}
    partners = {oin: [_issued(broker, oin).principal] for oin in PARTNERS}
    return topics_for(PARTNERS), acls_for(roles, partners), quotas_for(roles)


def _issued(broker: Broker, name: str) -> Credentials:
    cn, oin = (PARTNERS[name], name) if name in PARTNERS else (f"hub-{name}", HUB_OIN)
    return broker.authority.credentials(broker.log.parent / "certificates" / name, cn, oin)
