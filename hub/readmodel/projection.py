# SPDX-License-Identifier: EUPL-1.2
"""From an audit record to the rows by which people ask. The record stays the truth: every row names its number.

Written in the transaction that adds the leaf, so an answer never lags behind the tree. Can be built anew from the
leaves.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, update

from hub.readmodel.tables import (
    bundels,
    handelingen,
    posities,
    toestemmingen,
    uitkomsten,
    verzoeken,
)
from hub.readmodel.terms import uiterlijk

VERLOPEN = "toestemming-verlopen"


class Projection:
    """Gathers the rows of one batch, and writes them table by table."""

    def __init__(self, connection: Connection, partition: int) -> None:
        self._connection, self._partition = connection, partition
        self._rows: dict[Table, list[dict[str, Any]]] = {uitkomsten: [], toestemmingen: [], handelingen: []}

    def take(self, number: int, record: dict[str, Any]) -> None:
        match record["soort"]:
            case "tik":
                self._connection.execute(
                    update(posities).where(posities.c.partitie == self._partition).values(tik=record["moment"])
                )
            case "bundel":
                self._bundle(number, record)
            case "handeling":
                self._act(number, record)
            case "groep":
                pass  # about nobody, decided by nobody: it is in the record itself
            case _:
                self._rows[uitkomsten] += [row for row, _ in outcomes(number, record)]
                self._rows[toestemmingen] += steps(number, record)

    def write(self) -> None:
        for table, rows in self._rows.items():
            if rows:
                self._connection.execute(insert(table), rows)

    def _bundle(self, number: int, record: dict[str, Any]) -> None:
        """What the partition decides by from here on; and, as an act, that it does."""
        kind, digest = record["bundel"], record["digest"]
        key = (bundels.c.partitie == self._partition) & (bundels.c.soort == kind)
        self._connection.execute(delete(bundels).where(key))
        self._connection.execute(insert(bundels).values(partitie=self._partition, soort=kind, digest=digest))
        self._rows[handelingen].append(
            {
                "nummer": number,
                "moment": record.get("moment"),
                "handeling": f"{kind}-geactiveerd",
                "stap": None,
                "door": None,
                "onderwerp": digest,
                "verzoek": None,
            }
        )

    def _act(self, number: int, record: dict[str, Any]) -> None:
        columns = ("moment", "handeling", "stap", "door", "onderwerp", "verzoek")
        self._rows[handelingen].append({"nummer": number, **{name: record.get(name) for name in columns}})
        if record.get("verzoek"):
            self._request(record)

    def _request(self, record: dict[str, Any]) -> None:
        """The state of a request, as its acts tell. One that nobody received on record is left to the acts."""
        which = verzoeken.c.verzoek == record["verzoek"]
        match record["handeling"]:
            case "verzoek-ontvangen":
                received = date.fromisoformat(record.get("datum") or record["moment"][:10])
                self._connection.execute(delete(verzoeken).where(which))
                self._connection.execute(
                    insert(verzoeken).values(
                        verzoek=record["verzoek"],
                        dossier=record.get("onderwerp"),
                        recht=record.get("recht"),
                        ontvangen=received.isoformat(),
                        uiterlijk=uiterlijk(received).isoformat(),
                    )
                )
            case "verzoek-verlengd":
                self._connection.execute(
                    update(verzoeken).where(which).values(uiterlijk=record["datum"], verlengd=record["moment"])
                )
            case "verzoek-afgehandeld":
                self._connection.execute(update(verzoeken).where(which).values(afgehandeld=record["moment"]))


def outcomes(number: int, record: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(row, what the record says of it) for every outcome; and for each delivery that no outcome speaks of: receipts.

    ``bron`` None: the hub says it itself. An earlier fact that was asked for stands under its own id and source.
    """
    common = {
        "nummer": number,
        "dossier": record["dossier"],
        "gebeurtenis": record["gebeurtenis"],
        "moment": record["moment"],
    }
    own = len(record["uitkomsten"])
    delivered: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in record["leveringen"]:  # two signals to one party at once are told apart by their order
        delivered.setdefault((one["aan"], one["type"]), []).append(one)
    rows: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for outcome in (*record["uitkomsten"], *record["hub"]):
        kind = outcome.get("type", record["type"])
        waiting = delivered.get((outcome["aan"], kind), []) if outcome["uitkomst"] == "geleverd" else []
        sent = waiting.pop(0) if waiting else None
        earlier = {"gebeurtenis": outcome["id"]} if outcome.get("bron") else {}
        row = {
            **common,
            **earlier,
            "volg": len(rows),
            "type": kind,
            "bron": record["bron"] if len(rows) < own else outcome.get("bron"),
            "aan": outcome["aan"],
            "uitkomst": outcome["uitkomst"],
            "reden": outcome["reden"],
            "regels": ",".join(outcome["regels"]),
            "categorieen": ",".join(sent["categorieen"]) if sent else "",
            "toestemming": outcome["toestemming"],
            "levering": sent["id"] if sent else None,
        }
        rows.append((row, outcome))
    for sent in (one for waiting in delivered.values() for one in waiting):
        row = {
            **common,
            "volg": len(rows),
            "type": sent["type"],
            "bron": None,
            "aan": sent["aan"],
            "uitkomst": "geleverd",
            "reden": None,
            "regels": "",
            "categorieen": ",".join(sent["categorieen"]),
            "toestemming": None,
            "levering": sent["id"],
        }
        rows.append((row, {}))
    return rows


def steps(number: int, record: dict[str, Any]) -> list[dict[str, Any]]:
    """What this record says of toestemmingen: a step that somebody reported, those that closed by it, and expiries that the
    hub told."""
    found: list[dict[str, Any]] = []
    if (own := record.get("toestemming")) and own.get("id"):
        found.append({**own, "bron": record["bron"]})
    found += [{**one, "bron": None} for one in record.get("toestemmingen", ())]
    ended = dict.fromkeys(one["betreft"] for one in record["hub"] if one["type"] == VERLOPEN and one.get("betreft"))
    found += [{"id": name, "stand": "verlopen", "bron": None} for name in ended]
    return [
        {
            "nummer": number,
            "volg": place,
            "toestemming": step["id"],
            "dossier": record["dossier"],
            "moment": record["moment"],
            "stand": step["stand"],
            "bron": step["bron"],
            "ontvanger": step.get("ontvanger"),
            "categorieen": ",".join(step["categorieen"]) if "categorieen" in step else None,
            "van": step.get("van"),
            "tot": step.get("tot"),
            "tekstversie": step.get("tekstversie"),
        }
        for place, step in enumerate(found)
    ]
