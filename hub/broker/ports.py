# SPDX-License-Identifier: EUPL-1.2
"""The ports that the broker listens on: the configured one, else the one it had before, else a free one."""

from __future__ import annotations

import errno
import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.broker.errors import PortInUse
from hub.whole_file import write_whole

HOST = "127.0.0.1"
"""Not ``localhost``: where that means ::1 first, librdkafka complains of a refusal each time before it tries this."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where clients connect, and where the node speaks with its own controller."""

    broker: int
    controller: int

    @classmethod
    def recorded(cls, record: Path) -> Ports | None:
        """The ports that ``choose`` wrote down earlier."""
        if not record.exists():
            return None
        return cls(**json.loads(record.read_text(encoding="utf-8")))


def choose(record: Path, configured: int | None) -> Ports:
    """Ports that nobody listens on, recorded in ``record`` so that every later start has the same. Raises PortInUse.

    Partners know the broker's port, so another program on it is an error; nobody knows the controller's: it may move.
    """
    before = Ports.recorded(record)
    broker = configured or (before.broker if before else _free_port())
    if not _is_free(broker):
        raise in_use(broker)
    controller = before.controller if before else _free_port(broker)
    if controller == broker or not _is_free(controller):
        controller = _free_port(broker)
    ports = Ports(broker, controller)
    if ports != before:
        write_whole(record, json.dumps(asdict(ports)).encode())
    return ports


def in_use(port: int) -> PortInUse:
    """The error for a port that another program holds."""
    return PortInUse(
        f"Port {port} is in use by another program; stop that program or choose another port for the broker."
    )


def answers(port: int) -> bool:
    """Whether anything listens on ``port``."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _free_port(but: int = 0) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port != but:
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Kafka does: closed connections do not count
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise PortInUse(
                    f"Port {port} is not open to this user; choose one above 1023 for the broker."
                ) from error
            return False
    return True
