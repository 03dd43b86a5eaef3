# SPDX-License-Identifier: EUPL-1.2
"""What the demo shows: who sent and received what, what was denied and why, the signals. Person ids, no persons' data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Column, Table

from consent.kader import Reden
from demo.draaiboek import Draaiboek
from demo.waarneming import Waarneming

MEANS = {
    Reden.NO_RELATION: "it has nothing to do with the person",
    Reden.RELATION_ENDED: "it had to do with the person, and that is over",
    Reden.NO_GROUND: "no row of the policy lets this go to its role",
    Reden.NOT_REQUESTED: "only on request, and no request stands",
    Reden.NO_TOESTEMMING: "only on the person's toestemming, and none was given",
    Reden.TOESTEMMING_WITHDRAWN: "the person withdrew it",
}
"""The reasons that the story meets, in words; the others are in `consent/kader.py`."""


def show(console: Console, draaiboek: Draaiboek, seen: Waarneming) -> None:
    """Everything, in the order in which one would ask."""
    for table in (_traffic, _denials, _toestemming, _refusals, _signals):
        console.print(table(draaiboek, seen))


def _table(title: str, *columns: str, wide: Iterable[str] = ()) -> Table:
    """A plain table; only the columns named `wide` may wrap."""
    head = [Column(name, no_wrap=name not in wide, overflow="fold") for name in columns]
    return Table(
        *head,
        title=title,
        title_justify="left",
        title_style="bold",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )


def _traffic(draaiboek: Draaiboek, seen: Waarneming) -> Table:
    """Per organisation: what it reported, what it received."""
    reported, refused = Counter[str](), Counter[str]()
    for one in seen.aanleveringen:
        reported[one.van] += 1
        refused[one.van] += one.reden is not None
    rejected = Counter(one.organisatie for one in seen.afgekeurd)
    received: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for delivery in seen.geleverd:
        received[delivery.aan.partition("#")[0]][delivery.gebeurtenis] += 1
    columns = ("organisation", "said", "refused", "bad rows", "received")
    table = _table("Who said what, who got what", *columns, wide=("received",))
    for org in draaiboek.deelnemers:
        kinds = ", ".join(f"{count} {kind}" for kind, count in received[org.id].most_common())
        counts = (str(count or "") for count in (reported[org.id], refused[org.id], rejected[org.id]))
        table.add_row(org.naam, *counts, f"[bold]{received[org.id].total()}[/bold]: {kinds}")
    return table


def _denials(draaiboek: Draaiboek, seen: Waarneming) -> Table:
    """What was withheld from whom, and why; the most frequent first."""
    kinds: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in seen.geweigerd:
        kinds[one.aan, one.reden][one.gebeurtenis] += 1
    names = {one.partij: one.naam for one in draaiboek.deelnemers}
    order = list(names)
    table = _table("What was denied, and why", "not to", "because", "times", "most of all", wide=("most of all",))
    met = [reden for reden in MEANS if any(reden == each for _, each in kinds)]
    table.caption = "\n".join(f"{reden}: {MEANS[reden]}" for reden in met)
    for (aan, reden), counted in sorted(
        kinds.items(),
        key=lambda each: (order.index(each[0][0]) if each[0][0] in order else len(order), -each[1].total()),
    ):
        most = ", ".join(f"{count} {kind}" for kind, count in counted.most_common(3))
        table.add_row(names.get(aan, aan), reden, str(counted.total()), most)
    return table


def _toestemming(draaiboek: Draaiboek, seen: Waarneming) -> Table:
    """Of the persons who gave one toestemming: every progress report, and what the begeleider got of it."""
    given = {one.persoon for one in seen.geleverd if one.gebeurtenis == "toestemming-gegeven"}
    rows: dict[tuple[str, str], str] = {}
    for one in seen.geleverd:
        if one.persoon not in given or one.gebeurtenis not in (
            "toestemming-gegeven",
            "toestemming-ingetrokken",
            "voortgang-gemeld",
        ):
            continue
        if one.gebeurtenis != "voortgang-gemeld":
            what = "from here on" if one.gebeurtenis == "toestemming-gegeven" else "no more from here on"
            rows[str(one.dag), one.gebeurtenis] = f"[bold]{what}[/bold]"
        elif one.aan.endswith("#begeleider"):
            rows[str(one.dag), one.gebeurtenis] = "[green]" + ", ".join(sorted(one.data))
    for denial in seen.geweigerd:
        if denial.persoon in given and denial.gebeurtenis == "voortgang-gemeld" and denial.aan.endswith("#begeleider"):
            rows[str(denial.dag), denial.gebeurtenis] = f"[red]nothing: {denial.reden}"
    title = f"Toestemming at work: a school's reports on {', '.join(sorted(given))}, and what VluchtelingenWerk got"
    table = _table(title, "day", "event", "VluchtelingenWerk got")
    for (day, kind), what in sorted(rows.items()):
        table.add_row(day, kind, what)
    return table


def _refusals(draaiboek: Draaiboek, seen: Waarneming) -> Table:
    """Reports that did not get in, and rows that did not leave."""
    names = {one.id: one.naam for one in draaiboek.deelnemers}
    table = _table("What did not get in", "day", "from", "what", "because", wide=("because",))
    for one in seen.aanleveringen:
        if one.reden:
            table.add_row(str(one.dag), names[one.van], one.gebeurtenis, f"receipt: {one.reden}")
    for row in seen.afgekeurd:
        why = f"column {row.kolom or '(whole row)'}: given back to the school, the other rows went on"
        table.add_row(str(row.dag), names[row.organisatie], f"{row.bestand}, row {row.regel}", why)
    return table


def _signals(draaiboek: Draaiboek, seen: Waarneming) -> Table:
    """Every signal: one owner, and how it ended."""
    names = {one.id: one.naam for one in draaiboek.deelnemers}
    columns = ("who", "rule", "awaited", "severity", "owner", "opened", "closed", "because")
    table = _table("Signals: what did not arrive in time, and who was told", *columns, wide=("rule", "awaited"))
    for one in sorted(seen.signalen, key=lambda each: (each.van, each.persoon, each.regel)):
        rule = f"{one.regel} ({names.get(one.onderwerp, one.onderwerp)})" if one.onderwerp else one.regel
        end = str(one.tot) if one.tot else "[bold]open[/bold]"
        table.add_row(one.persoon, rule, one.verwacht, one.ernst, one.eigenaar, str(one.van), end, one.oorzaak or "")
    return table
