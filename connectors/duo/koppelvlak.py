# SPDX-License-Identifier: EUPL-1.2
"""DUO's machine interface in facts: services, versions, paths, headers. One table; nothing here opens a connection.

Source: the OpenAPI documents and the README of github.com/duonl/gemeente-m2m-inburgering (June 2026).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from enum import Enum

BRON, DOEL, BERICHT_ID, API_VERSIE = "bron", "doel", "berichtId", "API-Version"
NOTIFICATIE_VERSIE = "1.8.0"
FOUTTEKST_LENGTE = 200
"""`fouttekst` of a Foutmelding, in characters."""
OIN = re.compile(r"[0-9]{20}")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, slots=True)
class _Dienst:
    api: str
    versie: str
    methode: str
    pad: str
    gelukt: int


class Dienst(Enum):
    """One operation: the API that it is part of, that API's full version, method, path, and its status when done."""

    DOELGROEP = _Dienst("Inburgeringsplicht", "1.2.2", "GET", "/personen/{bsn}/doelgroep", 200)
    PLICHT = _Dienst("Inburgeringsplicht", "1.2.2", "GET", "/personen/{bsn}/inburgeringsplicht", 200)
    TERMIJN = _Dienst("Inburgeringstermijn", "1.0.0", "GET", "/personen/{bsn}/inburgeringstermijn", 200)
    LBT_NUMMER = _Dienst("Leerbaarheidstoets", "1.2.0", "GET", "/personen/{bsn}/lbt/examennummer", 200)
    LBT_RESULTATEN = _Dienst("Leerbaarheidstoets", "1.2.0", "GET", "/personen/{bsn}/lbt/resultaten", 200)
    VRIJSTELLINGEN = _Dienst("Vrijstelling", "1.0.0", "GET", "/personen/{bsn}/vrijstellingen", 200)
    ONTHEFFINGEN = _Dienst("Ontheffing", "1.0.0", "GET", "/personen/{bsn}/ontheffingen", 200)
    VERLENGINGEN = _Dienst("Verlenging", "1.0.0", "GET", "/personen/{bsn}/verlengingen", 200)
    EXAMENS = _Dienst("Examen", "1.0.0", "GET", "/personen/{bsn}/examens/resultaten", 200)
    PIP = _Dienst("PIP", "1.2.0", "GET", "/personen/{bsn}/PIP", 200)
    PIP_OPVOEREN = _Dienst("PIP", "1.2.0", "POST", "/personen/{bsn}/PIP", 201)
    PIP_VERWIJDEREN = _Dienst("PIP", "1.2.0", "DELETE", "/personen/{bsn}/PIP", 200)
    CONTACT_OPVOEREN = _Dienst("Contactpersoon", "1.0.0", "POST", "/contactpersonen", 201)
    CONTACT_WIJZIGEN = _Dienst("Contactpersoon", "1.0.0", "PUT", "/contactpersonen/{id}", 200)
    CONTACT_KOPPELEN = _Dienst("Contactpersoon", "1.0.0", "POST", "/contactpersonen/{id}/personen/{bsn}", 201)
    CONTACT_ONTKOPPELEN = _Dienst("Contactpersoon", "1.0.0", "DELETE", "/contactpersonen/{id}/personen/{bsn}", 200)
    INSTELLINGEN = _Dienst("Inburgeringsaanbod", "1.2.0", "GET", "/instellingen", 200)
    AANBOD_OPVOEREN = _Dienst(
        "Inburgeringsaanbod", "1.2.0", "POST", "/personen/{bsn}/Inburgeringsaanbod/{instellingsnummer}", 201
    )
    AANBOD_VERWIJDEREN = _Dienst(
        "Inburgeringsaanbod", "1.2.0", "DELETE", "/personen/{bsn}/Inburgeringsaanbod/{instellingsnummer}", 204
    )
    MAP = _Dienst("MAP, PVT en Z-route", "1.0.0", "PUT", "/personen/{bsn}/map", 200)
    PVT = _Dienst("MAP, PVT en Z-route", "1.0.0", "PUT", "/personen/{bsn}/pvt", 200)
    ZROUTE = _Dienst("MAP, PVT en Z-route", "1.0.0", "PUT", "/personen/{bsn}/zroute", 200)
    UREN_BREDE_INTAKE = _Dienst("Gevolgde Uren", "1.0.0", "PUT", "/personen/{bsn}/uren/bredeintake/taallesknm", 200)
    UREN_ACTIVITEITEN = _Dienst("Gevolgde Uren", "1.0.0", "PUT", "/personen/{bsn}/uren/participatieactiviteiten", 200)
    UREN_TAALLES = _Dienst("Gevolgde Uren", "1.0.0", "PUT", "/personen/{bsn}/uren/participatietaalles", 200)

    @property
    def major(self) -> str:
        """The major version, which stands in the path."""
        return self.value.versie.partition(".")[0]

    def pad(self, **delen: str) -> str:
        """The path with its base: `/v1/personen/999990019/PIP`."""
        return f"/v{self.major}{self.value.pad.format(**delen)}"


def nieuw_bericht_id() -> str:
    """A berichtId: random for each request, so it says nothing about which message this is."""
    return str(uuid.uuid4())


def is_bericht_id(tekst: str) -> bool:
    """Whether it is a UUID in its usual writing."""
    try:
        return str(uuid.UUID(tekst)) == tekst.lower()
    except ValueError:
        return False


def fout(tekst: str) -> dict[str, str]:
    """A Foutmelding."""
    return {"fouttekst": tekst[:FOUTTEKST_LENGTE]}
