# SPDX-License-Identifier: EUPL-1.2
"""Event types as typed Python, made from the schemas: `python -m connectors.typed` writes `connectors/gebeurtenissen/`.

    CursusGestart(begindatum=date(2026, 3, 2), component="taal").about("bsn", bsn)      # an `Event` to send
    if started := CursusGestartOntvangen.of(delivery): started.begindatum               # None where it was withheld

What is made is committed, so that editors and type checkers know every field and code; a test tells when schemas and
modules differ. Not here: checks of values (the codec has them).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self, get_type_hints

from connectors.client import Delivery
from connectors.letters import Event
from schemas.catalogue import Gebeurtenistype, Veld, gebeurtenistypen

PLACE = Path(__file__).parent / "gebeurtenissen"
KINDS = {"string": "str", "int": "int", "boolean": "bool", "date": "date", "timestamp": "str", "bytes": "bytes"}
ROLES = ("gemeente", "taalschool", "begeleider", "opvang", "uitvoering", "participatie", "uitvoerder")


class TeMelden:
    """Base of what can be sent: a dataclass a type."""

    __slots__ = ()
    TYPE: ClassVar[str]

    def data(self) -> dict[str, Any]:
        """The filled fields as plain JSON values."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return {name: _plain(value) for name, value in found.items() if value is not None}

    def about(self, soort: str, waarde: str, **more: Any) -> Event:
        """The event about one person (`bsn`, `vnummer` or `pseudoniem`); `more` goes to `Event` (id, gebeurd, rol)."""
        return Event(self.TYPE, {"soort": soort, "waarde": waarde}, self.data(), **more)


class Ontvangen:
    """Base of what can arrive: every field may be None, for each may be withheld."""

    __slots__ = ()
    TYPE: ClassVar[str]

    @classmethod
    def of(cls, delivery: Delivery) -> Self | None:
        """The delivery's data, or None if it is of another type. Fields of a newer schema are left out."""
        if delivery.gebeurtenis != cls.TYPE:
            return None
        known = _date_fields(cls)  # type: ignore[arg-type]  # a class is hashable; mypy doubts it of Self
        read = {
            name: date.fromisoformat(value) if known[name] and isinstance(value, str) else value
            for name, value in delivery.data.items()
            if name in known
        }
        return cls(**read)


@cache
def _date_fields(of: type) -> dict[str, bool]:
    hints = get_type_hints(of)
    return {field.name: "datetime.date" in str(hints[field.name]) for field in fields(of)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def modules() -> dict[str, str]:
    """The text of each module by its file name: a type is with the first of `ROLES` that may report it."""
    by_role: dict[str, list[Gebeurtenistype]] = {}
    for one in gebeurtenistypen().values():
        if one.naam in ("correctie", "intrekking"):
            continue  # they have a form of their own: `Event` takes them
        by_role.setdefault(next((role for role in ROLES if role in one.producenten), "hub"), []).append(one)
    return {f"{role}.py": _module(role, types) for role, types in by_role.items()} | {"__init__.py": _package()}


def _package() -> str:
    return (
        "# SPDX-License-Identifier: EUPL-1.2\n"
        '"""Typed events, made from `schemas/` by `python -m connectors.typed`: do not edit; see `connectors.typed`."""\n'
    )


def _module(role: str, types: Iterable[Gebeurtenistype]) -> str:
    written = [
        "# SPDX-License-Identifier: EUPL-1.2",
        f'"""Typed events of {role}, made from `schemas/` by `python -m connectors.typed`: do not edit."""',
        "",
        "# fmt: off",
        "# ruff: noqa",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass",
        "from datetime import date",
        "from typing import ClassVar, Literal",
        "",
        "from connectors.typed import Ontvangen, TeMelden",
    ]
    for one in types:
        name = "".join(part.capitalize() for part in one.naam.split("-"))
        if role != "hub":
            written += _class(f"{name}(TeMelden)", one, required=True)
        written += _class(f"{name}Ontvangen(Ontvangen)", one, required=False)
    return "\n".join((*written, ""))


def _class(head: str, one: Gebeurtenistype, *, required: bool) -> list[str]:
    lines = ["", "", "@dataclass(frozen=True, kw_only=True)", f"class {head}:", f"    {_doc(one.doc)}", ""]
    lines.append(f'    TYPE: ClassVar[str] = "{one.naam}"')
    for veld in one.velden.values():
        optional = "" if required and veld.verplicht else " | None = None"
        lines.append(f"    {veld.naam}: {_annotation(veld, received=not required)}{optional}")
    return lines


def _annotation(veld: Veld, *, received: bool) -> str:
    kind = KINDS.get(veld.soort, "str")
    if veld.waarden:
        kind = f"Literal[{', '.join(repr(code) for code in veld.waarden)}]"
    if veld.lijst:
        return f"list[{kind}]" if received else f"list[{kind}] | tuple[{kind}, ...]"
    return kind


def _doc(text: str) -> str:
    words = " ".join(text.split()).replace('"', "'").replace("\\", "/")
    return f'"""{words}"""'


def differences() -> list[str]:
    """The files that are not what the schemas say."""
    wanted = modules()
    found = {path.name: path.read_text(encoding="utf-8") for path in PLACE.glob("*.py")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def write() -> list[str]:
    """Write what differs; its file names."""
    changed, wanted = differences(), modules()
    PLACE.mkdir(exist_ok=True)
    for name in changed:
        if name in wanted:
            (PLACE / name).write_text(wanted[name], encoding="utf-8")
        else:
            (PLACE / name).unlink()
    return changed


if __name__ == "__main__":
    write()
