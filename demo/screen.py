# SPDX-License-Identifier: EUPL-1.2
"""What the demo shows: who sent and received what, what was denied and why, the signals, the proof. No persons'
data."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table

from demo.draaiboek import Draaiboek
from demo.waarneming import Waarneming


def traffic(console: Console, draaiboek: Draaiboek, seen: Waarneming) -> None:
    """Per organisation: what it reported, what it received."""
    reported, refused = Counter[str](), Counter[str]()
    for one in seen.aanleveringen:
        reported[one.van] += 1
        refused[one.van] += one.reden is not None
    rejected = Counter(one.organisatie for one in seen.afgekeurd)
    received: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for delivery in seen.geleverd:
        received[delivery.aan.partition("#")[0]][delivery.gebeurtenis] += 1
    table = Table(
        "organisation",
        "role",
        "reported",
        "refused",
        "bad rows",
        "received",
        title="Who said what, who got what",
        title_justify="left",
    )
    for org in draaiboek.deelnemers:
        kinds = ", ".join(f"{count} {kind}" for kind, count in received[org.id].most_common())
        table.add_row(
            org.naam, org.rol, str(reported[org.id]), str(refused[org.id]), str(rejected[org.id]), kinds or "nothing"
        )
    console.print(table)


def denials(console: Console, draaiboek: Draaiboek, seen: Waarneming) -> None:
    """What was withheld from whom, and why; the most frequent first."""
    counted: Counter[tuple[str, str, str]] = Counter((one.aan, one.gebeurtenis, one.reden) for one in seen.geweigerd)
    by_reason: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    totals: Counter[tuple[str, str]] = Counter()
    for (aan, kind, reden), count in counted.most_common():
        by_reason[aan, reden].append(f"{count} {kind}")
        totals[aan, reden] += count
    names = {f"{one.id}#{one.rol}": one.naam for one in draaiboek.deelnemers}
    table = Table("not to", "why", "times", "what", title="What was denied, and why", title_justify="left")
    for (aan, reden), kinds in sorted(by_reason.items(), key=lambda each: (each[0][0], -totals[each[0]])):
        shown = ", ".join(kinds[:4]) + (f", and {len(kinds) - 4} more kinds" if len(kinds) > 4 else "")
        table.add_row(names.get(aan, aan), reden, str(totals[aan, reden]), shown)
    console.print(table)


def refusals(console: Console, draaiboek: Draaiboek, seen: Waarneming) -> None:
    """Reports that did not get in, and rows that did not leave."""
    names = {one.id: one.naam for one in draaiboek.deelnemers}
    table = Table("day", "from", "what", "why", title="What did not get in", title_justify="left")
    for one in seen.aanleveringen:
        if one.reden:
            table.add_row(str(one.dag), names[one.van], one.gebeurtenis, one.reden)
    for row in seen.afgekeurd:
        table.add_row(
            str(row.dag),
            names[row.organisatie],
            f"{row.bestand}, row {row.regel}",
            f"column {row.kolom or '(whole row)'} cannot be read",
        )
    console.print(table)


def signals(console: Console, draaiboek: Draaiboek, seen: Waarneming) -> None:
    """Every signal: one owner, and how it ended."""
    names = {one.oin: one.naam for one in draaiboek.deelnemers}
    table = Table(
        "person",
        "rule",
        "severity",
        "owner",
        "about",
        "opened",
        "closed",
        "because",
        title="Signals",
        title_justify="left",
    )
    for one in sorted(seen.signalen, key=lambda each: (each.van, each.persoon, each.regel)):
        subject = names.get(one.onderwerp or "", one.onderwerp or "")
        table.add_row(
            one.persoon,
            one.regel,
            one.ernst,
            one.eigenaar,
            subject,
            str(one.van),
            str(one.tot or "[bold]open"),
            one.oorzaak or "",
        )
    console.print(table)
