# SPDX-License-Identifier: EUPL-1.2
"""Everything that can be wrong with a message, as one tree. No message ever repeats a value of the data.

::

    WireError
    ├── InvalidEvent         data that does not fit its event type
    │   └── UnknownEventType     a name that is not in the catalogue
    ├── UnreadableFrame      bytes that do not become data
    │   ├── UnknownSchema        a schema id that is not in the registry
    │   └── BrokenAvro           not the Confluent frame or the Avro record that it says it is
    ├── InvalidCloudEvent    attributes or headers that are not CloudEvents 1.0 in binary mode
    ├── BadSignature         no signature, or one that does not fit what was sent
    ├── UnreadableSeal       a seal that does not open
    │   ├── UnknownSealKey       sealed to a key that is not at hand
    │   └── SealBroken           altered, moved to other attributes, or sealed for somebody else
    └── RegistryError        schema files and lock file that do not agree

The messages are Dutch, because a partner reads them in its receipt, and one sentence that says what to do.
"""

from __future__ import annotations


class WireError(ValueError):
    """Base of all errors of this room."""


class InvalidEvent(WireError):
    """Data that does not fit its event type; ``veld`` names the field, if it is about one."""

    def __init__(self, message: str, veld: str | None = None) -> None:
        super().__init__(message)
        self.veld = veld


class UnknownEventType(InvalidEvent):
    """A name that is not in the catalogue."""


class UnreadableFrame(WireError):
    """Bytes that do not become data."""


class UnknownSchema(UnreadableFrame):
    """A schema id that is not in the registry."""


class BrokenAvro(UnreadableFrame):
    """Bytes that are not the Confluent frame or the Avro record that they should be."""


class InvalidCloudEvent(WireError):
    """Attributes or headers that are not CloudEvents 1.0 in binary mode."""


class BadSignature(WireError):
    """No signature, or one that does not fit what was sent."""


class UnreadableSeal(WireError):
    """A seal that does not open."""


class UnknownSealKey(UnreadableSeal):
    """Sealed to a key that is not at hand."""


class SealBroken(UnreadableSeal):
    """Altered, moved to other attributes, or sealed for somebody else."""


class RegistryError(WireError):
    """Schema files and lock file that do not agree."""
