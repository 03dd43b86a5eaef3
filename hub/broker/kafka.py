# SPDX-License-Identifier: EUPL-1.2
"""One real Apache Kafka node, owned by one process of ours and kept in one data directory.

Start and stop, kill and restart. Not here: which topics and rights it has (``topics.py``, ``admin.py``), its settings
(``settings.py``), its files (``directory.py``), the process itself (``process.py``).
"""

from __future__ import annotations

import base64
import shutil
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from hub.broker import ahead, ports, process
from hub.broker.certificates import Authority
from hub.broker.credentials import Credentials
from hub.broker.directory import Directory, disk_full, unusable
from hub.broker.errors import BrokerError, BrokerNotReady
from hub.broker.fetch import ensure_kafka
from hub.broker.java import find_java
from hub.broker.ports import HOST, Ports
from hub.broker.settings import NODE, java_command, logging_properties, properties_text, server_properties
from hub.whole_file import write_whole

LEAST_FREE_BYTES = 256 * 1024 * 1024
NO_ROOM_BYTES = 1024 * 1024
START_SECONDS = 90.0
"""Three seconds on an idle machine; tests that share two cores with ten other processes need half a minute."""
STOP_SECONDS = 8.0
"""For an orderly end; with what the kill after it takes, a stop stays under ten seconds."""


class Broker:
    """The broker of ``data_dir``. ``start()`` returns when it answers; as a context manager it starts and stops.

    ``port`` None: a free one, recorded so that every later start has the same. ``overrides``: Kafka settings that take
    precedence over ours. ``tethered``: the broker dies with this process, however that ends; an untethered one lives on
    until the next start on its data directory ends it. ``learn``: where to leave at its end what spares later starts work
    (``ahead.py``).
    """

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        overrides: Mapping[str, str] | None = None,
        tethered: bool = True,
        cache_dir: Path | None = None,
        learn: Path | None = None,
        least_free_bytes: int = LEAST_FREE_BYTES,
    ) -> None:
        self._directory = Directory(data_dir)
        self._port = port
        self._overrides = dict(overrides or {})
        self._tethered = tethered
        self._cache_dir = cache_dir
        self._learn = learn
        self._least_free_bytes = least_free_bytes
        self._process: process.Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        """``host:port`` for clients; known once the data directory has been started for the first time."""
        recorded = Ports.recorded(self._directory.ports)
        if recorded is None:
            raise BrokerNotReady("The broker has no port yet; start it first.")
        return f"{HOST}:{recorded.broker}"

    @property
    def pid(self) -> int | None:
        """The broker's process id while it runs."""
        return self._process.pid if self._process and self._process.running else None

    @property
    def authority(self) -> Authority:
        """The certificate authority of this data directory; no other directory's broker trusts it."""
        return Authority.open(self._directory.authority)

    @property
    def credentials(self) -> Credentials:
        """The broker's own, above the ACLs: for the first ``apply``, which gives the operator its rights."""
        return self.authority.credentials(self._directory.certificates / "broker", "broker")

    @property
    def log(self) -> Path:
        """Kafka's log: warnings, errors, and every refusal by an ACL."""
        return self._directory.log

    def start(self, timeout: float = START_SECONDS) -> None:
        """Start, and wait until the broker answers. A BrokerError leaves nothing running and nothing half-made.

        1. find jars and Java, 2. take the directory and end an orphan of its earlier owner, 3. choose ports,
        4. write settings, 5. format the storage of a new directory, 6. start the process, 7. wait for its answer.
        """
        if self.pid is not None:
            return
        jars, java, directory = ensure_kafka(self._cache_dir), find_java(), self._directory
        try:
            directory.occupy()
            process.end_orphan(directory)
            directory.check_room(self._least_free_bytes)
            chosen = ports.choose(directory.ports, self._port)
            self._write_settings(chosen)
            if not directory.records.exists():
                tool = ["kafka.tools.StorageTool", "format"]
                self._format(java_command(java, jars, directory, tool, ahead.use(java, jars)), chosen)
            directory.mark()
            flags = ahead.learn(self._learn) if self._learn else ahead.use(java, jars)
            command = java_command(java, jars, directory, process.main_arguments(directory), flags)
            self._process = process.Process(command, directory, tethered=self._tethered)
            self._await_answer(self._process, time.monotonic() + timeout, chosen)
        except BaseException as error:
            self.kill()
            if isinstance(error, OSError):
                raise unusable(error) from error
            raise

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """End the broker in order, or by force when ``timeout`` seconds did not do; no process is left."""
        if self._process:
            self._process.stop(timeout)
        self._process = None
        self._directory.vacate()

    def kill(self) -> None:
        """End the broker as a power cut would (SIGKILL); the data directory can be started again."""
        if self._process:
            self._process.kill()
        self._process = None
        self._directory.vacate()

    def _write_settings(self, chosen: Ports) -> None:
        directory, own = self._directory, self.credentials
        shutil.rmtree(directory.scratch, ignore_errors=True)
        directory.scratch.mkdir()
        write_whole(own.directory / "keystore.pem", own.key.read_bytes() + own.cert.read_bytes())
        write_whole(directory.properties, self._properties(directory.records, chosen))
        write_whole(directory.logging, properties_text(logging_properties(directory)))

    def _properties(self, records: Path, chosen: Ports) -> bytes:
        return properties_text(server_properties(records, chosen, self.credentials) | self._overrides)

    def _format(self, tool: list[str], chosen: Ports) -> None:
        """Format Kafka's storage beside its place and move it in whole. Raises BrokerNotReady."""
        fresh = self._directory.scratch / "records"
        config = self._directory.scratch / "format.properties"
        config.write_bytes(self._properties(fresh, chosen))
        # A cluster id of its own, so that a client of one data directory's broker notices another's.
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # As one word: a random id may begin with a hyphen.
        process.run([*tool, f"--cluster-id={cluster_id}", "--config", str(config)], self._directory)
        fresh.rename(self._directory.records)

    def _await_answer(self, started: process.Process, deadline: float, chosen: Ports) -> None:
        admin: AdminClient | None = None
        while time.monotonic() < deadline:
            if not started.running:
                self._directory.check_room(NO_ROOM_BYTES)  # where the log could not say so any more
                raise _why(started.last_words(), chosen)
            if admin is None and ports.answers(chosen.broker):
                address = {"bootstrap.servers": f"{HOST}:{chosen.broker}", "log_level": 0}
                admin = AdminClient(address | self.credentials.librdkafka())
            if admin is not None:
                try:
                    if NODE in admin.list_topics(timeout=1.0).brokers:
                        return
                except KafkaException:
                    pass
            time.sleep(0.05)
        raise BrokerNotReady("The broker did not answer in time; broker.log in its data directory may say why.")


def _why(last_words: str, chosen: Ports) -> BrokerError:
    if "Address already in use" in last_words:
        return ports.in_use(chosen.broker)
    if process.DISK_FULL in last_words:
        return disk_full()
    return BrokerNotReady("The broker ended while starting; broker.log and console.log in its data directory say why.")
