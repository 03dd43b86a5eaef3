# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong with the embedded broker: each message is one sentence that says what to do.

BrokerError
├── KafkaUnavailable     the jars are not here and could not be fetched, or are not the locked ones
├── JavaUnavailable      no Java 17 or newer
├── DataDirectoryRefused another version's directory, somebody else's files, or in use by another process
├── DiskFull             no room to start with
├── PortInUse            another program listens on the recorded or configured port
├── CertificateRefused   a certificate that is not here, or whose time is over or has not come
├── BrokerNotReady       the process ended or did not answer in time; its log says why
└── LayoutNotApplied     topics or ACLs that the running broker did not take over
"""

from __future__ import annotations

__all__ = [
    "BrokerError",
    "BrokerNotReady",
    "CertificateRefused",
    "DataDirectoryRefused",
    "DiskFull",
    "JavaUnavailable",
    "KafkaUnavailable",
    "LayoutNotApplied",
    "PortInUse",
]


class BrokerError(Exception):
    """The embedded broker cannot do what was asked; nothing was left half-started."""


class KafkaUnavailable(BrokerError):
    """Kafka's jars are missing and cannot be fetched, or differ from the lock."""


class JavaUnavailable(BrokerError):
    """No Java runtime that Kafka can run on."""


class DataDirectoryRefused(BrokerError):
    """The data directory is not one that this version may open, or not now."""


class DiskFull(BrokerError):
    """Too little room on the disk of the data directory."""


class PortInUse(BrokerError):
    """Another program holds the port."""


class CertificateRefused(BrokerError):
    """Whose certificate this is cannot come in today."""


class BrokerNotReady(BrokerError):
    """The broker ended or stayed silent while it was waited for."""


class LayoutNotApplied(BrokerError):
    """The running broker refuses the structure or did not show it in time."""
