# SPDX-License-Identifier: EUPL-1.2
"""The participants register: dated roles and keys, one canonical form, no contradictions."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from consent.participants import Deelnemersregister, OngeldigRegister
from schemas.catalogue import Rol

OUD, NIEUW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
GEM: dict[str, Any] = {
    "oin": "00000009900000000001",
    "naam": "Gemeente A",
    "systeem": "zaaksysteem",
    "rollen": [{"rol": "gemeente", "van": "2022-01-01"}],
    "certificaten": [{"dn": "CN=a", "van": "2022-01-01"}],
    "handtekensleutels": [
        {"sleutelid": "k1", "publiek": OUD, "van": "2022-01-01", "tot": "2024-01-01"},
        {"sleutelid": "k2", "publiek": NIEUW, "van": "2023-12-01"},
    ],
    "zegelsleutels": [
        {"sleutelid": "z1", "publiek": OUD, "van": "2022-01-01"},
        {"sleutelid": "z2", "publiek": NIEUW, "van": "2024-01-01"},
    ],
}
VWN: dict[str, Any] = {
    "oin": "vwn",
    "naam": "VluchtelingenWerk",
    "rollen": [
        {"rol": "begeleider", "van": "2022-01-01"},
        {"rol": "taalschool", "van": "2023-01-01", "tot": "2024-01-01"},
        {"rol": "taalschool", "van": "2025-01-01"},
    ],
    "namens": ["00000009900000000001"],
}
REGISTER = Deelnemersregister.of([VWN, GEM])


def test_roles_hold_from_their_day_to_their_day():
    for op, rollen in (
        (date(2021, 12, 31), set()),
        (date(2022, 1, 1), {Rol.BEGELEIDER}),
        (date(2023, 12, 31), {Rol.BEGELEIDER, Rol.TAALSCHOOL}),
        (date(2024, 1, 1), {Rol.BEGELEIDER}),
        (date(2025, 1, 1), {Rol.BEGELEIDER, Rol.TAALSCHOOL}),
    ):
        assert REGISTER.rollen_van("vwn", op) == rollen
        assert {p.rol for p in REGISTER.partijen_van("vwn", op)} == rollen
    assert REGISTER.rollen_van("onbekend", date(2025, 1, 1)) == frozenset()
    assert [d.oin for d in REGISTER.in_rol(Rol.TAALSCHOOL, date(2025, 1, 1))] == ["vwn"]


def test_a_signing_key_names_its_organisation_while_it_is_valid():
    gevonden = REGISTER.sleutel("k1", date(2023, 12, 31))
    assert gevonden is not None
    assert (gevonden[0].oin, gevonden[1].bytes) == ("00000009900000000001", bytes([1]) * 32)
    assert REGISTER.sleutel("k1", date(2024, 1, 1)) is None
    assert REGISTER.sleutel("k1") is not None
    assert REGISTER.sleutel("k9") is None


def test_one_seals_to_the_newest_valid_key():
    for op, verwacht in ((date(2023, 12, 31), "z1"), (date(2024, 1, 1), "z2")):
        sleutel = REGISTER.zegelsleutel("00000009900000000001", op)
        assert sleutel is not None
        assert sleutel.sleutelid == verwacht
    assert REGISTER.zegelsleutel("vwn", date(2024, 1, 1)) is None


def test_canonical_json_does_not_depend_on_order_and_reads_back():
    andersom = Deelnemersregister.of([GEM, VWN])
    assert andersom.to_json() == REGISTER.to_json()
    gelezen = Deelnemersregister.from_json(REGISTER.to_json())
    assert gelezen.digest() == REGISTER.digest()
    assert gelezen.by_oin("vwn") == REGISTER.by_oin("vwn")
    ander = Deelnemersregister.of([GEM, VWN | {"naam": "Anders"}])
    assert ander.digest() != REGISTER.digest()


@pytest.mark.parametrize(
    ("rijen", "woord"),
    [
        ([GEM, GEM], "eenmaal"),
        ([GEM, VWN | {"handtekensleutels": GEM["handtekensleutels"]}], "k1"),
        ([VWN | {"oin": "vwn#begeleider"}], "rol"),
        ([VWN | {"rollen": [{"rol": "werkgever", "van": "2022-01-01"}]}], "rol"),
        ([VWN | {"rollen": [{"rol": "begeleider", "van": "2022-01-01", "tot": "2022-01-01"}]}], "eindigen"),
        ([VWN | {"rollen": [*VWN["rollen"], {"rol": "taalschool", "van": "2025-06-01"}]}], "overlappen"),
        ([VWN | {"zegelsleutels": [{"sleutelid": "z", "publiek": "AAAA", "van": "2022-01-01"}]}], "32 bytes"),
        ([VWN | {"zegelsleutels": [{"sleutelid": "z", "publiek": "geen base64", "van": "2022-01-01"}]}], "32 bytes"),
        ([VWN | {"telefoon": "x"}], "telefoon"),
        ([{"naam": "zonder OIN", "rollen": []}], "oin"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(rijen, woord):
    with pytest.raises(OngeldigRegister, match=woord) as fout:
        Deelnemersregister.of(rijen)
    assert str(fout.value).count("\n") == 0


def test_broken_json_is_refused():
    with pytest.raises(OngeldigRegister):
        Deelnemersregister.from_json(b"{")
