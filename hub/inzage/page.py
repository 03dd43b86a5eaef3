# SPDX-License-Identifier: EUPL-1.2
"""The account as one page: a file of its own in three languages, without scripts, pictures or anything from elsewhere.

Every text that is not ours (names, purposes, articles) is escaped and set apart for the direction of writing. Not here:
what is told (``overzicht``) and the words (``teksten``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from consent.conditions import IDENTIFIERS
from hub.dossier.regels.kalender import dag_van
from hub.inzage.overzicht import HUB, Gedeeld, Grond, Keren, Ontvanger, Overzicht
from hub.inzage.teksten import TALEN, Teksten, teksten
from schemas.vocabulary import Categorie

NameOf = Callable[[str], str]
STIJL = Path(__file__).parent / "stijl.css"
_NOT_TOLD = frozenset({Categorie.TECHNISCH, Categorie.PSEUDONIEM})
"""The introduction speaks of the codes; numbers and times of messages say nothing about a person."""
FEW = 2
"""Articles that are shown at once."""
TITLE = "Inzage · Access · اطلاع"


def render(overzicht: Overzicht, name_of: NameOf) -> str:
    """The whole page as HTML; `name_of`: the name of the organisation with an OIN."""
    texts = [teksten(code) for code in TALEN]
    languages = "".join(
        f'<li><a href="#{one.code}" lang="{one.code}" hreflang="{one.code}" dir="{one.richting}">{_e(one["taal"])}</a></li>'
        for one in texts
    )
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="nl">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{TITLE}</title>",
            f"<style>{STIJL.read_text(encoding='utf-8')}</style></head>",
            f'<body><nav class="talen" aria-label="Taal / Language / اللغة"><ul>{languages}</ul></nav>',
            "<main>",
            *(_Chapter(overzicht, one, name_of).html() for one in texts),
            "</main></body></html>",
            "",
        )
    )


class _Chapter:
    """The account in one language."""

    def __init__(self, overzicht: Overzicht, texts: Teksten, name_of: NameOf) -> None:
        self._account, self._t, self._name_of = overzicht, texts, name_of
        self._got = [one for one in overzicht.ontvangers if one.gedeeld]
        self._denied = [one for one in overzicht.ontvangers if one.geweigerd]

    def html(self) -> str:
        t = self._t
        parts = (
            ("kort", self._in_short),
            ("wie_kreeg_wat", self._who_got_what),
            ("niet_gedeeld", self._withheld),
            ("toestemmingen", self._consents),
            ("gekeken", self._acts),
            ("rechten", self._rights),
        )
        contents = "".join(f'<li><a href="#{t.code}-{name}">{_e(t[name])}</a></li>' for name, _ in parts)
        chapters = "".join(f'<h2 id="{t.code}-{name}">{_e(t[name])}</h2>{part()}' for name, part in parts)
        return (
            f'<section class="taal" id="{t.code}" lang="{t.code}" dir="{t.richting}"><h1>{_e(t["titel"])}</h1>'
            + "".join(f"<p>{_e(one)}</p>" for one in t.list("inleiding"))
            + self._facts()
            + f'<nav class="inhoud" aria-label="{_e(t["inhoud"])}"><p>{_e(t["inhoud"])}</p><ul>{contents}</ul></nav>'
            + chapters
            + "</section>"
        )

    def _facts(self) -> str:
        t, period = self._t, self._account.periode
        facts = [(t["gemaakt"], _e(t.day(dag_van(self._account.gemaakt))))]
        if period:
            text = t["periode_tekst"].format(van=t.day(period[0]), tot=t.day(period[1]))
            facts.append((t["periode"], _e(text)))
        facts.append((t["dossiernummer"], "<br>".join(_foreign(one) for one in self._account.dossiers)))
        return f'<dl class="feiten">{"".join(f"<dt>{_e(name)}</dt><dd>{value}</dd>" for name, value in facts)}</dl>'

    def _in_short(self) -> str:
        t = self._t
        if not self._account.ontvangers:
            return f"<p>{_e(t['niets'])}</p>"
        rows = [
            [
                _foreign(self._name(one)),
                _e(t.label("rollen", one.partij.rol)),
                self._when(one.keren) if one.gedeeld else _e(t["geen_gegevens"]),
            ]
            for one in self._account.ontvangers
        ]
        return self._table(t["kort"], [t[name] for name in ("organisatie", "rol", "wanneer")], rows)

    def _who_got_what(self) -> str:
        return "".join(self._recipient(one) for one in self._got) or f"<p>{_e(self._t['niets'])}</p>"

    def _recipient(self, one: Ontvanger) -> str:
        t = self._t
        shared = sorted(
            (g for g in one.gedeeld.values() if g.categorie not in _NOT_TOLD),
            key=lambda g: (g.categorie in IDENTIFIERS, -g.keren.aantal, t.label("categorieen", g.categorie)),
        )
        rows = [
            [
                _e(t.label("categorieen", g.categorie)),
                self._listed(self._party(party) for party in g.bronnen),
                self._grounds(g.gronden),
                self._when(g.keren),
            ]
            for g in shared
        ]
        columns = [t[name] for name in ("soort", "van_wie", "waarom", "wanneer")]
        return (
            self._heading("kreeg", one)
            + self._table(t["kreeg"].format(naam=self._name(one)), columns, rows)
            + f"<details><summary>{_e(t['dagen'])}</summary>{''.join(map(self._calendar, shared))}</details>"
        )

    def _calendar(self, shared: Gedeeld) -> str:
        """Every day on which it was shared, by year and month."""
        t = self._t
        years: dict[int, dict[int, list[str]]] = {}
        for day in sorted(shared.keren.dagen):
            times = shared.keren.dagen[day]
            text = str(day.day) if times == 1 else t["per_dag"].format(dag=day.day, n=times)
            years.setdefault(day.year, {}).setdefault(day.month, []).append(text)
        months = t.list("maanden")
        rows = [
            [
                str(year),
                "<br>".join(
                    _e(t["maand_dagen"].format(maand=months[month - 1], dagen=t["scheiding"].join(days)))
                    for month, days in found.items()
                ),
            ]
            for year, found in years.items()
        ]
        label = t.label("categorieen", shared.categorie)
        return f"<p><strong>{_e(label)}</strong></p>{self._table(label, None, rows)}"

    def _withheld(self) -> str:
        t = self._t
        found = [f"<p>{_e(t['niet_gedeeld_uitleg'])}</p>"]
        for one in self._denied:
            rows = [
                [
                    _e(t.label("redenen", no.reden)),
                    self._listed(sorted(_e(t.label("categorieen", c)) for c in no.categorieen)),
                    self._when(no.keren),
                ]
                for no in one.geweigerd.values()
            ]
            columns = [t[name] for name in ("reden", "soort", "wanneer")]
            found.append(
                self._heading("niet", one) + self._table(t["niet"].format(naam=self._name(one)), columns, rows)
            )
        return "".join(found)

    def _consents(self) -> str:
        t = self._t
        if not self._account.toestemmingen:
            return f"<p>{_e(t['geen_toestemmingen'])}</p>"
        columns = [t[n] for n in ("toestemming_voor", "toestemming_wat", "toestemming_tijd", "toestemming_stand")]
        return self._table(t["toestemmingen"], columns, [self._consent(one) for one in self._account.toestemmingen])

    def _consent(self, one: dict[str, Any]) -> list[str]:
        t, begin, end = self._t, one.get("van"), one.get("tot")
        period = _e(t["onbekend"])
        if begin:
            name = "van_tot" if end else "zonder_einde"
            days = {"van": t.day(date.fromisoformat(begin)), "tot": t.day(date.fromisoformat(end)) if end else ""}
            period = _e(t[name].format(**days))
        last = datetime.fromisoformat(one["stappen"][-1]["moment"])
        return [
            self._party(one["ontvanger"]) if one.get("ontvanger") else _e(t["onbekend"]),
            self._listed(_e(t.label("categorieen", c)) for c in one.get("categorieen", ())),
            period,
            f'{_e(t.label("standen", one["stand"]))} <span class="bron">({_e(t.day(dag_van(last)))})</span>',
        ]

    def _acts(self) -> str:
        t = self._t
        rows = [
            [self._days(dag_van(datetime.fromisoformat(act["moment"]))), _e(t.label("handelingen", act["handeling"]))]
            for act in self._account.handelingen
        ]
        table = self._table(t["gekeken"], [t["wanneer"], t["wat"]], rows) if rows else f"<p>{_e(t['niet_gekeken'])}</p>"
        return f"<p>{_e(t['gekeken_uitleg'])}</p>{table}"

    def _rights(self) -> str:
        return f"<ul>{''.join(f'<li>{_e(one)}</li>' for one in self._t.list('rechten_lijst'))}</ul>"

    # pieces

    def _heading(self, name: str, one: Ontvanger) -> str:
        t = self._t
        before, _, after = t[name].partition("{naam}")
        role = f'<span class="rol">({_e(t.label("rollen", one.partij.rol))})</span>'
        return f"<h3>{_e(before)}{_foreign(self._name(one))}{_e(after)} {role}</h3>"

    def _table(self, label: str, columns: list[str] | None, rows: list[list[str]]) -> str:
        """`label`: what a screen reader says of it. Each cell also names its column: on a phone they stand below each
        other. The roles keep it a table there."""
        head = ""
        if columns is not None:
            cells = "".join(f'<th role="columnheader" scope="col">{_e(one)}</th>' for one in columns)
            head = f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'
        body = "".join(f'<tr role="row">{"".join(self._cells(row, columns))}</tr>' for row in rows)
        return f'<table role="table" aria-label="{_e(label)}">{head}<tbody role="rowgroup">{body}</tbody></table>'

    def _cells(self, row: list[str], columns: list[str] | None) -> Iterable[str]:
        yield f'<th role="rowheader" scope="row">{row[0]}</th>'
        for place, cell in enumerate(row[1:], start=1):
            name = f' data-kop="{_e(columns[place])}"' if columns else ""
            yield f'<td role="cell"{name}><div>{cell}</div></td>'

    def _grounds(self, grounds: Iterable[Grond]) -> str:
        """One sentence for each kind of ground; the articles and purposes under it, folded away where they are many."""
        t = self._t
        kinds: dict[str, dict[str, None]] = {}
        for one in grounds:
            purpose = f"{_e(t['doel'])}: {_foreign(one.doel, 'nl')}<br>" if one.doel else ""
            text = f"{purpose}{_e(t['artikel'])}: {_foreign(_together(one.artikel), 'nl')}"
            kinds.setdefault(t.label("grondslagen", one.grondslag), {}).setdefault(text)
        found = []
        for why, texts in kinds.items():
            quoted = f'<div class="bron">{self._listed(texts)}</div>'
            if len(texts) > FEW:
                quoted = f"<details><summary>{_e(t['artikelen'])} ({len(texts)})</summary>{quoted}</details>"
            found.append(f'<div class="grond">{_e(why)}{quoted}</div>')
        return "".join(found)

    def _when(self, keren: Keren) -> str:
        """From the first day to the last, and how often."""
        t = self._t
        if keren.aantal == 1:
            return self._days(keren.eerst)
        days = self._days(keren.eerst)
        if keren.eerst != keren.laatst:
            days = _filled(t["periode_tekst"], van=days, tot=self._days(keren.laatst))
        return f'{days}<div class="bron">{_e(t["keer"].format(n=keren.aantal))}</div>'

    def _days(self, day: date) -> str:
        return f'<time class="dag" datetime="{day.isoformat()}">{_e(self._t.day(day))}</time>'

    def _name(self, one: Ontvanger) -> str:
        return self._name_of(one.partij.oin)

    def _party(self, party: str) -> str:
        oin, _, role = party.partition("#")
        if party == HUB or role == HUB:
            return _e(self._t["hub"])
        return f'{_foreign(self._name_of(oin))} <span class="rol">({_e(self._t.label("rollen", role))})</span>'

    def _listed(self, items: Iterable[str]) -> str:
        found = list(items)
        return (
            found[0] if len(found) == 1 else f"<ul>{''.join(f'<li>{one}</li>' for one in found)}</ul>" if found else ""
        )


def _filled(text: str, **pieces: str) -> str:
    """A text of ours with HTML in its places."""
    return _e(text).format(**pieces)


def _e(text: str | None) -> str:
    return escape(text or "", quote=True)


def _together(article: str) -> str:
    """Articles `10-12` are not broken behind the hyphen."""
    return re.sub(r"(?<=\d)-(?=\d)", "\u2011", article)


def _foreign(text: str | None, language: str | None = None) -> str:
    """A name, article or number: written in its own direction, whatever stands around it."""
    return f"<bdi{f' lang={chr(34)}{language}{chr(34)}' if language else ''}>{_e(text)}</bdi>"
