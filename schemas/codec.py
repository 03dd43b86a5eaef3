# SPDX-License-Identifier: EUPL-1.2
"""Plain data to the Confluent frame and back: ``0x00``, four bytes schema id, one Avro record.

Writes the newest version of a type and reads every version that was ever locked. Checks form: fields, kinds, codes,
required fields. Whether a BSN passes its test is asked in ``identity``, whether a sender may say this in ``consent``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from schemas import plain
from schemas.catalogue import PERSOON_CATEGORIEEN, Veld, types_of
from schemas.corrections import LEEG, WIJZIGING
from schemas.errors import BrokenAvro, InvalidEvent, UnknownEventType, UnknownSchema, UnreadableFrame
from schemas.forms import BINDING, Vorm, past
from schemas.plain import Convert, Unfit
from schemas.registry import Registry, SchemaVersion, registry
from schemas.schema_rules import HEAD_FIELDS, symbol_of

__all__ = ["BrokenAvro", "Codec", "InvalidEvent", "UnknownEventType", "UnknownSchema", "check", "decode", "encode"]

HEADER = struct.Struct(">BI")
MAGIC = 0
CORRECTIE = "correctie"
"""The one type that carries a frame of another type, in the field ``wijziging``, and names fields of it in ``leeg``."""
MAX_IDENTITIES = 10
MAX_IDENTITY_LENGTH = 100
_SAFE_TO_NAME = re.compile(r"[a-z][a-z_]{0,39}(_\d{1,2})?")

# What fastavro raises on bytes that are not the record that they should be.
_AVRO_ERRORS = (ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError, StopIteration)


@dataclass(frozen=True, slots=True)
class _Writer:
    header: bytes
    schema: Any
    fields: Mapping[str, Convert]
    required: tuple[str, ...]
    forms: Mapping[str, Vorm]
    """Text fields whose form binds who writes; what is in the log already goes out as it is."""


@dataclass(frozen=True, slots=True)
class _Reader:
    naam: str
    written: Any
    wanted: Any
    """None where writer and reader are the same version: resolving costs three times as much."""
    fields: Mapping[str, Convert]


class Codec:
    """Encoder and decoder over one registry; keeps parsed schemas and, per id, the resolved reader."""

    def __init__(self, source: Registry) -> None:
        self._registry = source
        self._types = types_of(source)
        self._writers: dict[str, _Writer] = {}
        self._readers: dict[int, _Reader] = {}

    def encode(self, naam: str, data: Mapping[str, Any], volledig: bool = True) -> bytes:
        """The frame of one event. ``volledig=False`` leaves out the check on required fields (a minimised event).

        Raises UnknownEventType, or InvalidEvent with one sentence that names the field and never its value.
        """
        writer = self._writer(naam)
        record = self._to_avro(naam, writer, data, volledig)
        buffer = BytesIO()
        buffer.write(writer.header)
        schemaless_writer(buffer, writer.schema, record)
        return buffer.getvalue()

    def decode(self, frame: bytes) -> tuple[str, dict[str, Any]]:
        """The event type's name and its plain data, without fields that are null.

        Raises UnknownSchema or BrokenAvro. Required fields are not asked for here: see ``check``.
        """
        if len(frame) < HEADER.size:
            raise BrokenAvro("Stuur het frame 0x00, vier bytes schema-id, Avro: dit bericht is korter dan vijf bytes.")
        magic, schema_id = HEADER.unpack_from(frame)
        if magic != MAGIC:
            raise BrokenAvro("Stuur het frame 0x00, vier bytes schema-id, Avro: dit bericht begint niet met 0x00.")
        reader = self._reader(schema_id)
        buffer = BytesIO(frame)
        buffer.seek(HEADER.size)
        try:
            record: Any = schemaless_reader(buffer, reader.written, reader.wanted)
            data = {name: convert(record[name]) for name, convert in reader.fields.items() if record[name] is not None}
        except UnreadableFrame:
            raise
        except _AVRO_ERRORS:
            # Without its cause: fastavro's messages may repeat what they could not read.
            raise BrokenAvro(f"Schrijf het Avro-record opnieuw: dit is geen {reader.naam}.") from None
        if buffer.tell() != len(frame):
            raise BrokenAvro(f"Schrijf het Avro-record opnieuw: na {reader.naam} volgen bytes die er niet horen.")
        return reader.naam, self._with_change(reader.naam, data)

    def check(self, naam: str, data: Mapping[str, Any], volledig: bool = True) -> None:
        """Raise what ``encode`` would raise, without writing; for data that was decoded and must be complete."""
        self._to_avro(naam, self._writer(naam), data, volledig)

    def _to_avro(self, naam: str, writer: _Writer, data: Mapping[str, Any], volledig: bool) -> dict[str, Any]:
        fields = writer.fields
        record: dict[str, Any] = {}
        for name, value in data.items():
            if value is None and name in fields:
                continue
            try:
                record[name] = fields[name](value)
            except KeyError:
                raise _unknown_field(naam, name) from None
            except Unfit as unfit:
                raise InvalidEvent(f"Geef veld `{name}` van {naam} {unfit}.", name) from None
        if volledig:
            for name in writer.required:
                if name not in record:
                    raise InvalidEvent(f"Vul veld `{name}` van {naam} in: het is verplicht.", name)
            self._has_form(naam, writer, data)
            if naam == CORRECTIE and isinstance(data.get(WIJZIGING), Mapping):
                of_type = self._of_type(data)
                self._has_form(of_type, self._writer(of_type), data[WIJZIGING])
        if naam == CORRECTIE and LEEG in record:
            self._emptied(data, volledig)
        if naam == CORRECTIE and WIJZIGING in record:
            record[WIJZIGING] = self._change_frame(data)
        return record

    def _has_form(self, naam: str, writer: _Writer, data: Mapping[str, Any]) -> None:
        for name, form in writer.forms.items():
            value = data.get(name)
            for one in value if isinstance(value, list | tuple) else (value,):
                if isinstance(one, str) and (wanted := past(form, one)):
                    raise InvalidEvent(f"Geef veld `{name}` van {naam} {wanted}.", name)

    def _emptied(self, data: Mapping[str, Any], volledig: bool) -> None:
        """Raise unless each name in ``leeg`` is a field of the original's type that may be without a value.

        To a recipient any field may become empty: what it is now, it may not have.
        """
        of_type = self._of_type(data)
        for name in data[LEEG]:
            veld = self._types[of_type].velden.get(name)
            if veld is None:
                raise _unknown_field(of_type, name, LEEG)
            if volledig and veld.verplicht:
                raise InvalidEvent(
                    f"Trek de gebeurtenis in met een intrekking: veld `{name}` van {of_type} is verplicht en kan niet leeg.",
                    LEEG,
                )
            if name in (data.get(WIJZIGING) or {}):
                raise InvalidEvent(f"Noem veld `{name}` in `wijziging` of in `leeg`, niet in beide.", LEEG)

    def _of_type(self, data: Mapping[str, Any]) -> str:
        of_type = data.get("gebeurtenis")
        if not isinstance(of_type, str) or of_type not in self._types or of_type == CORRECTIE:
            raise InvalidEvent(
                "Noem in veld `gebeurtenis` van correctie het type van de oorspronkelijke gebeurtenis.", "gebeurtenis"
            )
        return of_type

    def _change_frame(self, data: Mapping[str, Any]) -> bytes:
        return self.encode(self._of_type(data), data[WIJZIGING], volledig=False)

    def _with_change(self, naam: str, data: dict[str, Any]) -> dict[str, Any]:
        if naam == CORRECTIE and WIJZIGING in data:
            of_type, change = self._decode_change(data[WIJZIGING])
            if of_type != data.get("gebeurtenis"):
                raise BrokenAvro("Stuur in `wijziging` een frame van het type dat `gebeurtenis` van correctie noemt.")
            data[WIJZIGING] = change
        return data

    def _decode_change(self, frame: bytes) -> tuple[str, dict[str, Any]]:
        if len(frame) >= HEADER.size:
            _, schema_id = HEADER.unpack_from(frame)
            # Looked at before decoding: corrections inside corrections would nest without end.
            if self._reader(schema_id).naam == CORRECTIE:
                raise BrokenAvro("Verbeter de oorspronkelijke gebeurtenis: een correctie verbetert geen correctie.")
        return self.decode(frame)

    def _writer(self, naam: str) -> _Writer:
        writer = self._writers.get(naam)
        if writer is None:
            writer = self._writers[naam] = self._new_writer(naam)
        return writer

    def _new_writer(self, naam: str) -> _Writer:
        found = self._types.get(naam)
        if found is None:
            raise UnknownEventType("Gebruik een gebeurtenis uit de catalogus: deze naam staat er niet in.")
        version = self._registry.latest(naam)
        fields = dict(_HEAD_TO_AVRO)
        fields |= {veld.naam: _to_avro_of(veld) for veld in found.velden.values()}
        return _Writer(
            header=HEADER.pack(MAGIC, version.schema_id),
            schema=_parsed(version),
            fields=fields,
            required=tuple(veld.naam for veld in found.velden.values() if veld.verplicht),
            forms={
                veld.naam: veld.vorm for veld in found.velden.values() if veld.vorm is not None and veld.vorm in BINDING
            },
        )

    def _reader(self, schema_id: int) -> _Reader:
        reader = self._readers.get(schema_id)
        if reader is None:
            reader = self._readers[schema_id] = self._new_reader(schema_id)
        return reader

    def _new_reader(self, schema_id: int) -> _Reader:
        version = self._registry.by_id(schema_id)
        newest = self._registry.latest(version.gebeurtenis)
        fields = dict(_HEAD_FROM_AVRO)
        for veld in self._types[version.gebeurtenis].velden.values():
            fields[veld.naam] = _from_avro_of(veld)
        wanted = None if newest is version else _parsed(newest)
        return _Reader(version.gebeurtenis, _parsed(version), wanted, fields)


def _identity(value: Any) -> tuple[str, str]:
    soort, waarde = value.get("soort"), value.get("waarde")
    if soort not in PERSOON_CATEGORIEEN:
        raise Unfit(f"een `soort` uit {', '.join(PERSOON_CATEGORIEEN)}")
    if not isinstance(waarde, str) or not waarde.isprintable() or not 0 < len(waarde) <= MAX_IDENTITY_LENGTH:
        raise Unfit("een `waarde` die een tekst is")
    return soort, waarde


def _person_to_avro(value: Any) -> Any:
    if not isinstance(value, Mapping) or not value.keys() <= {"soort", "waarde", "ook"}:
        raise Unfit("de delen `soort`, `waarde` en eventueel `ook`")
    soort, waarde = _identity(value)
    others = value.get("ook") or []
    if not isinstance(others, list | tuple) or len(others) > MAX_IDENTITIES:
        raise Unfit(f"in `ook` een lijst van ten hoogste {MAX_IDENTITIES} identiteiten")
    more = []
    for other in others:
        if not isinstance(other, Mapping) or not other.keys() <= {"soort", "waarde"}:
            raise Unfit("in `ook` telkens de delen `soort` en `waarde`")
        more.append(dict(zip(("soort", "waarde"), _identity(other), strict=True)))
    return {"soort": soort, "waarde": waarde, "ook": more}


def _person_from_avro(value: Any) -> dict[str, Any]:
    return value if value["ook"] else {"soort": value["soort"], "waarde": value["waarde"]}


def _change(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise Unfit("de verbeterde velden als object")
    return value


def _as_is(value: Any) -> Any:
    return value


_HEAD_TO_AVRO: Mapping[str, Convert] = dict(
    zip(HEAD_FIELDS, (_person_to_avro, plain.days, plain.text, plain.milliseconds), strict=True)
)
_HEAD_FROM_AVRO: Mapping[str, Convert] = dict(
    zip(HEAD_FIELDS, (_person_from_avro, plain.from_days, _as_is, plain.from_milliseconds), strict=True)
)
_TO_AVRO: Mapping[str, Convert] = {
    "string": plain.text,
    "boolean": plain.truth,
    "date": plain.days,
    "timestamp-millis": plain.milliseconds,
    "bytes": _change,
}
_FROM_AVRO: Mapping[str, Convert] = {"date": plain.from_days, "timestamp-millis": plain.from_milliseconds}


def _to_avro_of(veld: Veld) -> Convert:
    if veld.waarden is not None:
        one = plain.code({code: symbol_of(code) for code in veld.waarden})
    elif veld.soort == "int":
        one = plain.number(veld.minimum)
    else:
        one = _TO_AVRO[veld.soort]
    return plain.several(one) if veld.lijst else one


def _from_avro_of(veld: Veld) -> Convert:
    if veld.waarden is not None:
        one: Convert = {symbol_of(code): code for code in veld.waarden}.__getitem__
    else:
        one = _FROM_AVRO.get(veld.soort, _as_is)
    return plain.several_back(one) if veld.lijst else one


def _parsed(version: SchemaVersion) -> Any:
    """The schema for fastavro, without logical types: ``plain`` converts dates itself, without an object between."""
    return parse_schema(_without_logical_types(version.schema))


def _without_logical_types(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _without_logical_types(value) for key, value in node.items() if key != "logicalType"}
    if isinstance(node, list):
        return [_without_logical_types(item) for item in node]
    return node


def _unknown_field(naam: str, name: Any, veld: str | None = None) -> InvalidEvent:
    # A key that a sender got wrong may be anything, a name or a number of a person included.
    named = f" `{name}`" if isinstance(name, str) and _SAFE_TO_NAME.fullmatch(name) else ""
    return InvalidEvent(f"Laat veld{named} weg: {naam} kent het niet.", veld)


@cache
def _default() -> Codec:
    return Codec(registry())


def encode(naam: str, data: Mapping[str, Any], volledig: bool = True) -> bytes:
    """``Codec.encode`` over the registry of this installation."""
    return _default().encode(naam, data, volledig)


def decode(frame: bytes) -> tuple[str, dict[str, Any]]:
    """``Codec.decode`` over the registry of this installation."""
    return _default().decode(frame)


def check(naam: str, data: Mapping[str, Any], volledig: bool = True) -> None:
    """``Codec.check`` over the registry of this installation."""
    _default().check(naam, data, volledig)
