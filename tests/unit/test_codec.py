# SPDX-License-Identifier: EUPL-1.2
"""Plain data to frames and back, for every event type of the catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.catalogue import Veld, gebeurtenistype, gebeurtenistypen
from schemas.codec import BrokenAvro, InvalidEvent, UnknownEventType, UnknownSchema, check, decode, encode
from schemas.errors import UnreadableFrame
from schemas.forms import Vorm

PERSON = {"soort": "bsn", "waarde": "999990342"}
PIP = {"persoon": PERSON, "dagtekening": "2026-03-02", "leerroute": "B1-route", "aandachtspunten": ["taal"]}

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.:/+#_-]{0,20}", fullmatch=True)
dates = st.dates().map(lambda day: day.isoformat())
instants = (
    st.datetimes()
    .map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))
    .map(lambda m: m.isoformat(timespec="milliseconds" if m.microsecond else "seconds") + "Z")
)
identities = st.fixed_dictionaries(
    {
        "soort": st.sampled_from(["bsn", "vnummer", "pseudoniem"]),
        "waarde": st.from_regex(r"[0-9a-z]{1,20}", fullmatch=True),
    }
)
persons = st.one_of(
    identities,
    st.builds(lambda first, ook: {**first, "ook": ook}, identities, st.lists(identities, min_size=1, max_size=3)),
)


def values(veld: Veld) -> st.SearchStrategy[Any]:
    if veld.waarden is not None:
        one: st.SearchStrategy[Any] = st.sampled_from(veld.waarden)
    else:
        one = {
            "string": texts if veld.vorm not in (Vorm.CODE, Vorm.PARTIJ) else words,
            "int": st.integers(veld.minimum or 0, 2**31 - 1),
            "boolean": st.booleans(),
            "date": dates,
            "timestamp-millis": instants,
        }[veld.soort]
    return st.lists(one, max_size=4) if veld.lijst else one


@st.composite
def events(draw: st.DrawFn, complete: bool = True) -> tuple[str, dict[str, Any]]:
    naam = draw(st.sampled_from([naam for naam in gebeurtenistypen() if naam != "correctie"]))
    data = {
        veld.naam: draw(values(veld))
        for veld in gebeurtenistype(naam).velden.values()
        if (veld.verplicht and complete) or draw(st.booleans())
    }
    head = st.fixed_dictionaries(
        {}, optional={"persoon": persons, "gebeurd_op": dates, "bron": texts, "vastgelegd_op": instants}
    )
    return naam, draw(head) | data


@settings(max_examples=300)
@given(events())
def test_every_event_comes_back_as_it_went(event: tuple[str, dict[str, Any]]) -> None:
    naam, data = event
    assert decode(encode(naam, data)) == (naam, data)


@given(events(complete=False))
def test_a_minimised_event_comes_back_and_a_correction_carries_it(event: tuple[str, dict[str, Any]]) -> None:
    naam, data = event
    assert decode(encode(naam, data, volledig=False)) == (naam, data)
    correctie = {"betreft": "1", "gebeurtenis": naam, "wijziging": data}
    assert decode(encode("correctie", correctie)) == ("correctie", correctie)


@pytest.mark.parametrize("naam", list(gebeurtenistypen()))
def test_without_a_required_field_there_is_no_event(naam: str) -> None:
    for veld in gebeurtenistype(naam).velden.values():
        if veld.verplicht:
            with pytest.raises(InvalidEvent) as raised:
                encode(naam, {})
            assert raised.value.veld is not None
            assert f"`{raised.value.veld}`" in str(raised.value)
            assert decode(encode(naam, {}, volledig=False)) == (naam, {})
            return
    assert decode(encode(naam, {})) == (naam, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dagtekening", "02-03-2026"),
        ("dagtekening", "20260302"),
        ("dagtekening", "2026-W10-1"),
        ("dagtekening", "2026-02-30"),
        ("dagtekening", "onbekend"),
        ("dagtekening", 20260302),
        ("leerroute", "B1_route"),
        ("leerroute", "b1-route"),
        ("leerroute", ["B1-route"]),
        ("aandachtspunten", "taal"),
        ("aandachtspunten", ["taal", "dik"]),
        ("intensiteit_uren_per_week", -1),
        ("intensiteit_uren_per_week", 2**31),
        ("intensiteit_uren_per_week", 12.0),
        ("intensiteit_uren_per_week", True),
        ("afwijking_toets", 1),
        ("afwijking_toets", "ja"),
        ("persoon", "999990342"),
        ("persoon", {"soort": "naam", "waarde": "999990342"}),
        ("persoon", {"soort": "onbekend", "waarde": "999990342"}),
        ("persoon", {"soort": "bsn", "waarde": ""}),
        ("persoon", {"soort": "bsn"}),
        ("persoon", PERSON | {"naam": "999990342"}),
        ("persoon", PERSON | {"ook": [PERSON | {"ook": []}]}),
        ("persoon", PERSON | {"ook": ["999990342"]}),
        ("gebeurd_op", "gisteren"),
        ("bron", "regel\neinde"),
        ("vastgelegd_op", "2026-03-02T10:00:00"),
        ("vastgelegd_op", "2026-03-02T10:00:00+01:00"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_field_and_never_repeated(field: str, value: Any) -> None:
    with pytest.raises(InvalidEvent, match=f"`{field}`") as raised:
        encode("pip-vastgesteld", PIP | {field: value})
    assert raised.value.veld == field
    assert "999990342" not in str(raised.value)
    assert str(raised.value).endswith(".")
    with pytest.raises(InvalidEvent):
        check("pip-vastgesteld", PIP | {field: value})


@pytest.mark.parametrize(
    ("naam", "field", "text"),
    [
        ("begeleiding-opgedragen", "volgende_stap", "belt omdat hij ziek is"),
        ("inburgeringstermijn-opgeschort", "grond", "opname in een kliniek"),
        ("begeleiding-opgedragen", "begeleider", "de buurvrouw"),
        ("pip-vastgesteld", "afspraak", "x" * 61),
        ("aanwezigheid-gemeld", "les", "x" * 201),
    ],
)
def test_a_description_is_no_code(naam: str, field: str, text: str) -> None:
    """No free text about persons: not from a sender, not in a correction. What is in the log already still goes out."""
    with pytest.raises(InvalidEvent, match=f"`{field}`") as raised:
        check(naam, {**minimal(naam), field: text})
    assert text not in str(raised.value)
    with pytest.raises(InvalidEvent, match=f"`{field}`"):
        check("correctie", {"betreft": "1", "gebeurtenis": naam, "wijziging": {field: text}})
    assert decode(encode(naam, {field: text}, volledig=False)) == (naam, {field: text})


def minimal(naam: str) -> dict[str, Any]:
    """The required fields, with values that fit."""
    fitting = {
        "string": "a",
        "int": 1,
        "boolean": True,
        "date": "2026-03-02",
        "timestamp-millis": "2026-03-02T10:00:00Z",
    }
    found = {}
    for veld in gebeurtenistype(naam).velden.values():
        if veld.verplicht:
            one = veld.waarden[1] if veld.waarden else fitting[veld.soort]
            found[veld.naam] = [one] if veld.lijst else one
    return found


@pytest.mark.parametrize("text", ["x" * 501, "twee\nregels", "nul\x00", "half \ud800 teken", 7])
def test_a_text_is_short_and_on_one_line(text: Any) -> None:
    with pytest.raises(InvalidEvent, match="`telefoon`"):
        encode("begeleiding-opgedragen", {"begeleider": "vwn", "telefoon": text})


def test_a_list_is_bounded() -> None:
    encode("verzuim-gemeld", {"lessen": ["L1"] * 1000})
    with pytest.raises(InvalidEvent, match="`lessen`"):
        encode("verzuim-gemeld", {"lessen": ["L1"] * 1001})


@pytest.mark.parametrize(
    ("name", "shown"), [("school", True), ("999990342", False), ("Zoë Voorbeeld", False), (7, False)]
)
def test_an_unknown_field_is_refused_and_named_only_if_it_looks_like_a_field(name: Any, shown: bool) -> None:
    with pytest.raises(InvalidEvent) as raised:
        encode("pip-vastgesteld", PIP | {name: "x"})
    assert (str(name) in str(raised.value)) is shown


def test_an_unknown_event_type_is_refused() -> None:
    with pytest.raises(UnknownEventType):
        encode("pip-verzonnen", {})


def test_null_is_absent() -> None:
    assert encode("pip-vastgesteld", PIP | {"wijze": None, "persoon": None}) == encode(
        "pip-vastgesteld", {key: value for key, value in PIP.items() if key != "persoon"}
    )


def test_an_instant_is_kept_to_the_millisecond() -> None:
    assert decode(encode("tik", {"moment": "2026-03-02T10:00:00.250999Z"}))[1] == {"moment": "2026-03-02T10:00:00.250Z"}
    assert decode(encode("tik", {"moment": "1969-12-31T23:59:59.999Z"}))[1] == {"moment": "1969-12-31T23:59:59.999Z"}


@pytest.mark.parametrize("of_type", ["correctie", "pip-verzonnen", None, 7])
def test_a_correction_names_the_type_that_it_corrects(of_type: Any) -> None:
    with pytest.raises(InvalidEvent):
        encode("correctie", {"betreft": "1", "gebeurtenis": of_type, "wijziging": {}})


def correction(of_type: str, change: bytes) -> bytes:
    """A correction with any bytes at all as its change, as a hostile sender could make it."""
    frame = encode("correctie", {"betreft": "1", "gebeurtenis": of_type})
    # The change and, as the last, the names of emptied fields are null: replace the change by branch 1 and the bytes.
    assert frame.endswith(b"\x00\x00")
    length, prefix = len(change) * 2, bytearray()
    while length > 0x7F:
        prefix.append(length & 0x7F | 0x80)
        length >>= 7
    return frame[:-2] + b"\x02" + bytes([*prefix, length]) + change + b"\x00"


def test_a_correction_carries_what_it_says() -> None:
    change = encode("tik", {}, volledig=False)
    assert decode(correction("tik", change))[1]["wijziging"] == {}
    with pytest.raises(BrokenAvro):
        decode(correction("pip-vastgesteld", change))
    with pytest.raises(BrokenAvro):
        decode(correction("correctie", correction("tik", change)))
    with pytest.raises(UnreadableFrame):
        decode(correction("tik", b"\x00\x00"))


@pytest.mark.parametrize("frame", [b"", b"\x00", b"\x00\x00\x00\x00", b"\x01" + encode("tik", {}, False)[1:]])
def test_what_is_not_a_confluent_frame_is_broken(frame: bytes) -> None:
    with pytest.raises(BrokenAvro):
        decode(frame)


@pytest.mark.parametrize("schema_id", [0, 2**31 - 1, 2**32 - 1])
def test_a_schema_id_outside_the_registry_is_unknown(schema_id: int) -> None:
    with pytest.raises(UnknownSchema):
        decode(b"\x00" + schema_id.to_bytes(4, "big") + b"\x00")


def test_nothing_may_follow_the_record() -> None:
    with pytest.raises(BrokenAvro):
        decode(encode("pip-vastgesteld", PIP) + b"\x00")


@settings(max_examples=500)
@given(st.sampled_from([t.schema_id for t in gebeurtenistypen().values()]), st.binary(max_size=80))
@example(1, b"\x02\x02\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
def test_any_bytes_are_data_or_broken_but_never_another_error(schema_id: int, body: bytes) -> None:
    try:
        naam, data = decode(b"\x00" + schema_id.to_bytes(4, "big") + body)
    except UnreadableFrame:
        return
    assert gebeurtenistype(naam).schema_id == schema_id
    assert None not in data.values()


@given(st.data())
def test_a_frame_cut_short_or_altered_never_surprises(data: st.DataObject) -> None:
    frame = bytearray(encode("pip-vastgesteld", PIP | {"gebeurd_op": "2026-03-02"}))
    at = data.draw(st.integers(5, len(frame) - 1))
    with pytest.raises(BrokenAvro):
        decode(bytes(frame[:at]))
    frame[at] ^= data.draw(st.integers(1, 255))
    try:
        decode(bytes(frame))
    except UnreadableFrame:
        return
