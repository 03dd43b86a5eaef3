# SPDX-License-Identifier: EUPL-1.2
"""What tests of every kind share: one real broker for the whole session, with mutual TLS, its topics and its rights.

It is started by the first test that asks for it; a run of unit tests alone never starts it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

import pytest

from hub.broker.admin import apply
from hub.broker.credentials import Credentials
from hub.broker.kafka import Broker
from hub.broker.quotas import Quota, quotas_for
from hub.broker.topics import Acl, Role, Topic, acls_for, topics_for
from tests.lasting import end_unused, group_of, in_groups, lasting
from tests.machine import NOT_TO_BE_HAD

HUB_OIN = "00000009900000000000"
PARTNERS = {
    "00000009900000000001": "gemeente",
    "00000009900000000002": "taalschool",
    "00000009900000000003": "begeleider",
}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """For runs on several processes (`--dist loadgroup`): a file stays together, with others that share a session's hub.

    A wrapper, which comes before every hook: xdist writes the group into the test's name when its own turn comes.
    """
    in_groups(items)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    yield
    if config.getoption("loadgroup", False) and not all("@" in item.nodeid for item in items):
        raise pytest.UsageError("xdist did not group the tests, so files would be torn apart: run without `-n`.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    yield
    end_unused(item, nextitem)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Under CI=true a skip is a failure, but for what this machine could not have had (`tests/machine.py`)."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NOT_TO_BE_HAD not in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} did not run, and under CI=true that is a failure. {reason}"
    return report


class AtOnce:
    """Names what failed when it fails: a run that is ended before its summary must not hide it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal is not None:
            crash = getattr(report.longrepr, "reprcrash", None)
            said = (crash.message if crash else str(report.longrepr)).strip().partition("\n")[0][:200]
            terminal.write_line(f"\n{report.when} of {report.nodeid} failed after {report.duration:.0f} s: {said}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # a process of xdist has no terminal
        config.pluginmanager.register(AtOnce(config))


@pytest.fixture(scope="session")
def partners() -> Mapping[str, str]:
    """The organisations that the shared broker knows: name by OIN."""
    return PARTNERS


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Broker]:
    """A running broker with the hub's topics, and rights for every role and every partner."""
    for running in lasting(pytestconfig, "broker", Broker(tmp_path_factory.mktemp("broker"))):
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


def _structure(running: Broker) -> tuple[tuple[Topic, ...], frozenset[Acl], frozenset[Quota]]:
    roles = {role: [_issued(running, role).principal] for role in Role}
    partners = {oin: [_issued(running, oin).principal] for oin in PARTNERS}
    # who is above the ACLs stands in for any role in tests of the log, so no partner's limit holds it back
    without_limit = roles | {Role.OPERATOR: [*roles[Role.OPERATOR], running.credentials.principal]}
    return topics_for(PARTNERS), acls_for(roles, partners), quotas_for(without_limit)


def _issued(broker: Broker, name: str) -> Credentials:
    cn, oin = (PARTNERS[name], name) if name in PARTNERS else (f"hub-{name}", HUB_OIN)
    return broker.authority.credentials(broker.log.parent / "certificates" / name, cn, oin)
