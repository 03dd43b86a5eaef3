# SPDX-License-Identifier: EUPL-1.2
"""Expectation against observation: every difference, in words that say where to look. An empty list is success.

Both directions count: what was expected and not seen, and what was seen and not expected.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from demo.verwachting import Inhoud, Uitkomst, Verwachting
from demo.waarneming import Geleverd, Waarneming
from schemas.catalogue import gebeurtenistypen


@dataclass(frozen=True)
class Verschil:
    """One difference between what should be and what was."""

    plaats: str
    verwacht: str
    gezien: str

    def __str__(self) -> str:
        return f"{self.plaats}: expected {self.verwacht}, seen {self.gezien}"


Key = tuple[date, str, str]
"""Day, event type, sender: what one line of the expectation is about."""


def compare(verwachting: Verwachting, waarneming: Waarneming) -> list[Verschil]:
    """Every difference, in the order of the expectation file."""
    return compare_with(verwachting, Gezien.of(waarneming))


def compare_with(verwachting: Verwachting, gezien: Gezien) -> list[Verschil]:
    """The same, with an observation that was indexed before: for who compares many expectations with one."""
    return [
        *_persons(verwachting, gezien),
        *_signals(verwachting, gezien),
        *_refused(verwachting, gezien),
        *_rejected(verwachting, gezien),
        *_totals(verwachting, gezien),
        *_contents(verwachting, gezien),
    ]


def citations(article: str) -> frozenset[str]:
    """`Wi 35(2), 36; Bi 9.4(3)` as its citations, each with its law: {Wi 35(2), Wi 36, Bi 9.4(3)}."""
    found: set[str] = set()
    for part in article.split(";"):
        law = ""
        for piece in part.split(","):
            named = re.match(r"\s*(.*?)\s*(\d.*?)\s*$", piece)
            if named:
                law = named[1] or law
                found.add(f"{law} {named[2]}")
    return frozenset(found)


@dataclass(frozen=True)
class Gezien:
    """An observation, counted the way expectations are written."""

    personen: frozenset[str]
    uitkomsten: Mapping[str, Mapping[Key, Counter[str]]]
    gronden: Mapping[tuple[str, Key, str], frozenset[str]]
    """Person, line, party -> the citations on which every such delivery rested."""
    signalen: Counter[tuple[Any, ...]]
    geweigerd: Counter[tuple[Any, ...]]
    afgekeurd: Counter[tuple[Any, ...]]
    aanvaard: Counter[str]
    leveringen: Mapping[str, Counter[str]]
    weigeringen: Mapping[str, Counter[str]]
    identiteiten: Mapping[str, frozenset[str]]
    velden: Mapping[str, Mapping[str, set[str]]]
    codes: Mapping[str, Mapping[str, set[str]]]

    @classmethod
    def of(cls, waarneming: Waarneming) -> Gezien:
        outcomes: dict[str, dict[Key, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        grounds: dict[tuple[str, Key, str], frozenset[str]] = {}
        delivered: dict[str, Counter[str]] = defaultdict(Counter)
        denied: dict[str, Counter[str]] = defaultdict(Counter)
        kinds: dict[str, frozenset[str]] = defaultdict(frozenset)
        fields: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        codes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for one in waarneming.geleverd:
            key = (one.dag, one.gebeurtenis, one.van.partition("#")[0])
            outcomes[one.persoon][key][_delivered(one.aan)] += 1
            cited = frozenset[str]().union(*map(citations, one.gronden))
            place = (one.persoon, key, one.aan)
            grounds[place] = grounds.get(place, cited) & cited
            delivered[one.aan][one.gebeurtenis] += 1
            kinds[one.aan] |= one.identiteiten
            # Receiving an event without fields is seeing something too: its type must be listed.
            fields[one.aan][one.gebeurtenis].update(_flat(one.data))
            for name, code in _mixed_codes(one):
                codes[one.aan][name].add(code)
        for no in waarneming.geweigerd:
            key = (no.dag, no.gebeurtenis, no.van.partition("#")[0])
            outcomes[no.persoon][key][_denied(no.aan, no.reden)] += 1
            denied[no.aan][no.reden] += 1
        return cls(
            personen=frozenset(outcomes),
            uitkomsten=outcomes,
            gronden=grounds,
            signalen=Counter(map(_EXPECTED_OF_A_SIGNAL, waarneming.signalen)),
            geweigerd=Counter(astuple(one) for one in waarneming.aanleveringen if one.reden is not None),
            afgekeurd=Counter(map(astuple, waarneming.afgekeurd)),
            aanvaard=Counter(one.van for one in waarneming.aanleveringen if one.reden is None),
            leveringen=delivered,
            weigeringen=denied,
            identiteiten=kinds,
            velden=fields,
            codes=codes,
        )


_EXPECTED_OF_A_SIGNAL = attrgetter(
    "persoon", "regel", "regelversie", "eigenaar", "ernst", "onderwerp", "van", "tot", "oorzaak"
)


def _delivered(party: str) -> str:
    return f"delivered to {party}"


def _denied(party: str, reden: str) -> str:
    return f"denied to {party}: {reden}"


def _persons(verwachting: Verwachting, gezien: Gezien) -> Iterator[Verschil]:
    yield from _sets("persons", verwachting.personen, gezien.personen)
    for persoon, verwacht in verwachting.personen.items():
        listed = set(verwacht.volledig)
        seen = {key: n for key, n in gezien.uitkomsten.get(persoon, {}).items() if key[1] in listed}
        wanted: dict[Key, Counter[str]] = defaultdict(Counter)
        for one in verwacht.uitkomsten:
            key = (one.dag, one.gebeurtenis, one.van)
            wanted[key].update(_outcomes(one))
            for party, article in one.geleverd.items():
                cited = gezien.gronden.get((persoon, key, party))
                if cited is not None and article not in cited:
                    place = f"{persoon} {one.dag} {one.gebeurtenis} to {party}"
                    yield Verschil(place, f"on {article}", f"on {'; '.join(sorted(cited))}")
        for key in sorted({*wanted, *seen}):
            yield from _counts(f"{persoon} {key[0]} {key[1]} from {key[2]}", wanted[key], seen.get(key, Counter()))


def _outcomes(one: Uitkomst) -> Counter[str]:
    outcomes = Counter({_delivered(party): one.aantal for party in one.geleverd})
    outcomes.update({_denied(party, reden): one.aantal for party, reden in one.geweigerd.items()})
    return outcomes


def _signals(verwachting: Verwachting, gezien: Gezien) -> Iterator[Verschil]:
    wanted = Counter(
        (persoon, s.regel, s.versie, s.eigenaar, s.ernst, s.onderwerp, s.van, s.tot, s.oorzaak)
        for persoon, one in verwachting.personen.items()
        for s in one.signalen
    )
    yield from _listed("signal", wanted, gezien.signalen)


def _refused(verwachting: Verwachting, gezien: Gezien) -> Iterator[Verschil]:
    wanted = Counter((r.dag, r.van, r.gebeurtenis, r.persoon, r.reden) for r in verwachting.geweigerde_aanleveringen)
    yield from _listed("refused submission", wanted, gezien.geweigerd)


def _rejected(verwachting: Verwachting, gezien: Gezien) -> Iterator[Verschil]:
    wanted = Counter((r.dag, r.organisatie, r.bestand, r.regel, r.kolom) for r in verwachting.afgekeurde_regels)
    yield from _listed("rejected line", wanted, gezien.afgekeurd)


def _totals(verwachting: Verwachting, gezien: Gezien) -> Iterator[Verschil]:
    yield from _table("delivered in all", verwachting.totalen.geleverd, gezien.leveringen)
    yield from _table("denied in all", verwachting.totalen.geweigerd, gezien.weigeringen)
    yield from _counts("accepted in all", Counter(verwachting.totalen.aanvaard), gezien.aanvaard)


def _contents(verwachting: Verwachting, gezien: Gezien) -> Iterator[Verschil]:
    for party in sorted({*gezien.velden, *verwachting.inhoud}):
        wanted = verwachting.inhoud.get(party) or Inhoud(identiteiten=(), velden={})
        fields, codes = gezien.velden.get(party, {}), gezien.codes.get(party, {})
        yield from _sets(f"identities ever seen by {party}", wanted.identiteiten, gezien.identiteiten.get(party, ()))
        for event in sorted({*fields, *wanted.velden}):
            yield from _sets(f"fields of {event} ever seen by {party}", wanted.velden.get(event), fields.get(event))
        for place in sorted({*codes, *wanted.codes}):
            yield from _sets(f"codes of {place} ever seen by {party}", wanted.codes.get(place), codes.get(place))


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _mixed_codes(levering: Geleverd) -> Iterator[tuple[str, str]]:
    """Codes of the fields whose codes differ in sensitivity (aandachtspunten, grond, belemmeringen)."""
    corrects = levering.gebeurtenis == "correctie"
    about = levering.data.get("gebeurtenis") if corrects else levering.gebeurtenis
    data = levering.data.get("wijziging", {}) if corrects else levering.data
    known = gebeurtenistypen().get(str(about))
    for name, value in data.items() if known else ():
        field = known.velden.get(name) if known else None
        if field is not None and field.waarde_categorieen:
            for code in value if isinstance(value, list | tuple) else (value,):
                yield f"{about}.{name}", str(code)


def _table(
    place: str, wanted: Mapping[str, Mapping[str, int]], seen: Mapping[str, Mapping[str, int]]
) -> Iterator[Verschil]:
    for party in sorted({*wanted, *seen}):
        yield from _counts(f"{place}, {party}", Counter(wanted.get(party, {})), Counter(seen.get(party, {})))


def _counts(place: str, wanted: Counter[str], seen: Counter[str]) -> Iterator[Verschil]:
    for what in sorted({*wanted, *seen}):
        # Not Counter's own comparison: a line that says 0 claims something and is held to it.
        if wanted[what] != seen[what] or (what in wanted and not wanted[what]):
            yield Verschil(f"{place}, {what}", str(wanted[what]), str(seen[what]))


def _listed(place: str, wanted: Counter[Any], seen: Counter[Any]) -> Iterator[Verschil]:
    for one in sorted({*wanted, *seen}, key=str):
        if wanted[one] != seen[one]:
            yield Verschil(f"{place} {_words(one)}", str(wanted[one]), str(seen[one]))


def _words(parts: Iterable[Any]) -> str:
    return ", ".join("-" if part is None else str(part) for part in parts)


def _sets(place: str, wanted: Iterable[str] | None, seen: Iterable[str] | None) -> Iterator[Verschil]:
    """None: not listed, or never seen; that differs from an event without fields. A name listed twice is a mistake."""
    listed = None if wanted is None else sorted(wanted)
    found = None if seen is None else sorted(set(seen))
    if listed != found:
        yield Verschil(place, _some(listed), _some(found))


def _some(names: list[str] | None) -> str:
    return "nothing" if names is None else ", ".join(names) or "no fields"
