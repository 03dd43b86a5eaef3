# SPDX-License-Identifier: EUPL-1.2
"""Where the HTTP room listens: the configured port, else the one it had before, else a free one; and how it is reached."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from hub.settings import Settings
from hub.whole_file import write_whole

FILE = "web.port"


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    base: str
    """https://host:port, as partners reach it."""


def chosen(settings: Settings) -> Address:
    """The address, its port recorded so that every later start has the same."""
    record = settings.data / FILE
    port = settings.web_port or _recorded(record) or _free(settings.web_host)
    if _recorded(record) != port:
        write_whole(record, f"{port}\n".encode())
    return _address(settings, port)


def known(settings: Settings) -> Address | None:
    """The address, once the room has been started for the first time."""
    port = settings.web_port or _recorded(settings.data / FILE)
    return _address(settings, port) if port else None


def _address(settings: Settings, port: int) -> Address:
    base = (settings.web_base or f"https://{settings.web_host}:{port}").rstrip("/")
    return Address(settings.web_host, port, base)


def _recorded(record: Path) -> int | None:
    return int(record.read_text()) if record.exists() else None


def _free(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
