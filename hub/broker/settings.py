# SPDX-License-Identifier: EUPL-1.2
"""What the embedded Kafka is told: ``server.properties``, its log settings and the flags of its Java.

Settings of topics are in ``topics.py``; these are the broker's own. What differs from Kafka's default has its reason
beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hub.broker.credentials import Credentials
from hub.broker.directory import Directory
from hub.broker.java import Java
from hub.broker.ports import HOST, Ports
from hub.broker.topics import LARGEST_RECORD, MIB

NODE = 1
LONGEST_TRANSACTION_MS = 60_000
"""No client may keep a transaction open longer: it holds back every ``read_committed`` reader of the partition."""


def server_properties(records: Path, ports: Ports, own: Credentials) -> dict[str, str]:
    """The broker's configuration; ``own`` are its own credentials, the only ones above the ACLs."""
    return {
        "process.roles": "broker,controller",
        "node.id": str(NODE),
        "controller.quorum.voters": f"{NODE}@{HOST}:{ports.controller}",
        "listeners": f"CLIENTS://{HOST}:{ports.broker},CONTROLLER://{HOST}:{ports.controller}",
        "advertised.listeners": f"CLIENTS://{HOST}:{ports.broker}",
        "listener.security.protocol.map": "CLIENTS:SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "CLIENTS",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(records),
        # Who may come in: nobody without a certificate of our authority, and then only what an ACL says.
        "ssl.client.auth": "required",
        "ssl.enabled.protocols": "TLSv1.3",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(own.directory / "keystore.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(own.ca),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": f"User:{own.principal}",
        # Topics come from topics.py only.
        "auto.create.topics.enable": "false",
        "num.partitions": "1",
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "log.message.timestamp.type": "LogAppendTime",
        "message.max.bytes": str(LARGEST_RECORD),
        # One node: Kafka's own topics small and unreplicated.
        "offsets.topic.num.partitions": "8",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # A dead worker's transaction ends by the client's own time-out, looked at every second instead of every ten.
        "transaction.max.timeout.ms": str(LONGEST_TRANSACTION_MS),
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
        # Workers come up one after another anyway; waiting for company only delays the first.
        "group.initial.rebalance.delay.ms": "0",
        # After a kill the node must outwait its own earlier registration (9 s by default) before it is let in again.
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        # A hundred partitions on one small machine: small segments and index files, few threads, a small cleaner.
        "log.segment.bytes": str(128 * MIB),
        "log.index.size.max.bytes": str(MIB),
        "log.cleaner.dedupe.buffer.size": str(16 * MIB),
        "log.cleaner.io.buffer.size": str(2 * 4 * MIB),
        "num.network.threads": "2",
        "num.io.threads": "4",
        "background.threads": "2",
        "num.recovery.threads.per.data.dir": "2",
    }


def properties_text(properties: Mapping[str, str]) -> bytes:
    """The text of a Java properties file."""

    def escaped(value: str) -> str:
        ascii_only = value.replace("\\", "\\\\").encode("utf-16-be", "surrogatepass")
        units = (int.from_bytes(ascii_only[at : at + 2], "big") for at in range(0, len(ascii_only), 2))
        return "".join(chr(unit) if 0x20 <= unit < 0x7F else f"\\u{unit:04x}" for unit in units)

    return "".join(f"{key}={escaped(value)}\n" for key, value in properties.items()).encode("ascii")


def logging_properties(directory: Directory) -> dict[str, str]:
    """log4j2: one file of bounded size; refusals by the authorizer are in it (with the principal, never with data)."""
    return {
        "status": "error",
        "appender.file.type": "RollingFile",
        "appender.file.name": "file",
        "appender.file.fileName": str(directory.log),
        "appender.file.filePattern": f"{directory.log}.%i",
        "appender.file.layout.type": "PatternLayout",
        "appender.file.layout.charset": "UTF-8",  # names in certificates are not all ASCII
        "appender.file.layout.pattern": "%d{ISO8601} %p %c{1} %m%n",
        "appender.file.policies.type": "Policies",
        "appender.file.policies.size.type": "SizeBasedTriggeringPolicy",
        "appender.file.policies.size.size": "10MB",
        "appender.file.strategy.type": "DefaultRolloverStrategy",
        "appender.file.strategy.max": "2",
        "rootLogger.level": "warn",
        "rootLogger.appenderRef.file.ref": "file",
        "logger.authorizer.name": "kafka.authorizer.logger",
        "logger.authorizer.level": "info",
    }


def java_command(
    java: Java, jars: list[Path], directory: Directory, program: list[str], ahead: list[str] | None = None
) -> list[str]:
    """The command line of one of Kafka's programs (main class and arguments); ``ahead``: flags of ``ahead.py``."""
    flags = [
        # The quick compiler alone: for its first minute the thorough one took more of two cores than all else Kafka did.
        "-XX:TieredStopAtLevel=1",
        "-Xms96m",
        "-Xmx512m",
        "-XX:+UseSerialGC",  # the smallest collector and the quickest to start; half a gigabyte is soon swept
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={directory.root / 'java-error.log'}",
        f"-Djava.io.tmpdir={directory.scratch}",
        f"-Dlog4j2.configurationFile={directory.logging}",
        "-Djava.awt.headless=true",
    ]
    if java.major >= 24:
        # Kafka's memory maps and compression libraries use what Java now warns of on every start.
        flags += ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
    return [str(java.path), *flags, *(ahead or ()), "-cp", ":".join(map(str, jars)), *program]
