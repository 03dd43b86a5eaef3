# SPDX-License-Identifier: EUPL-1.2
"""Plain JSON values to Avro values and back, one converter a kind: ``2026-03-02`` <-> days since 1970.

A converter to Avro takes a plain value and returns what fastavro writes, or raises ``Unfit`` with what to do about it
(without the value: it may be somebody's name). Not here: which field has which kind (``codec``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

MAX_TEXT = 500
"""Characters in one text; the bus carries codes and names, not stories."""
MAX_ITEMS = 1000
"""Elements in one list."""
MAX_INT = 2**31 - 1

Convert = Callable[[Any], Any]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Unfit(ValueError):
    """A value that its kind does not allow; the message is the second half of a sentence about the field."""


def days(value: Any) -> int:
    """``2026-03-02`` -> days since 1970-01-01."""
    # The length and the last hyphen keep out the other forms of ISO 8601 that fromisoformat takes.
    if isinstance(value, str) and len(value) == 10 and value[7] == "-":
        try:
            return date.fromisoformat(value).toordinal() - _EPOCH_DAY
        except ValueError:
            pass
    raise Unfit("een datum als 2026-03-02")


def from_days(value: int) -> str:
    """Days since 1970-01-01 -> ``2026-03-02``."""
    return date.fromordinal(value + _EPOCH_DAY).isoformat()


def milliseconds(value: Any) -> int:
    """``2026-03-02T10:00:00Z`` -> milliseconds since 1970 UTC; what is finer than a millisecond is cut off."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return (datetime.fromisoformat(value) - _EPOCH) // _MILLISECOND
        except ValueError:
            pass
    raise Unfit("een moment in UTC als 2026-03-02T10:00:00Z")


def from_milliseconds(value: int) -> str:
    """Milliseconds since 1970 UTC -> ``2026-03-02T10:00:00Z``, with ``.250`` only if there is a fraction."""
    moment = _EPOCH + value * _MILLISECOND
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def text(value: Any) -> str:
    """A text without control characters, at most MAX_TEXT characters."""
    if not isinstance(value, str) or len(value) > MAX_TEXT or _CONTROL.search(value):
        raise Unfit(f"een tekst van ten hoogste {MAX_TEXT} tekens, zonder regeleinden")
    return value


def number(minimum: int | None) -> Convert:
    """A converter for whole numbers from ``minimum`` to 2^31 - 1."""
    lowest = -MAX_INT - 1 if minimum is None else minimum

    def convert(value: Any) -> int:
        if type(value) is not int or not lowest <= value <= MAX_INT:
            raise Unfit(f"een geheel getal van {lowest} tot en met {MAX_INT}")
        return value

    return convert


def truth(value: Any) -> bool:
    """True or false, nothing that merely looks like it."""
    if type(value) is not bool:
        raise Unfit("waar of onwaar")
    return value


def code(symbols: Mapping[str, str]) -> Convert:
    """A converter from code to Avro symbol."""
    allowed = ", ".join(symbols)

    def convert(value: Any) -> str:
        symbol = symbols.get(value) if isinstance(value, str) else None
        if symbol is None:
            raise Unfit(f"een van de codes {allowed}")
        return symbol

    return convert


def several(convert_one: Convert) -> Convert:
    """A converter for a list of what ``convert_one`` takes."""

    def convert(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
            raise Unfit(f"een lijst van ten hoogste {MAX_ITEMS} waarden")
        try:
            return [convert_one(item) for item in value]
        except Unfit as unfit:
            raise Unfit(f"een lijst met telkens {unfit}") from None

    return convert


def several_back(convert_one: Convert) -> Convert:
    """The way back for a list."""

    def convert(value: Any) -> list[Any]:
        return [convert_one(item) for item in value]

    return convert
