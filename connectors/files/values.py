# SPDX-License-Identifier: EUPL-1.2
"""From one cell to one JSON value, or to the Dutch sentence that tells its author what is wrong with it.

Cells are text (CSV), numbers and dates (XLSX) or JSON values. Not here: which column becomes which field (`profile`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from stdnum.nl import bsn as eleven_test

Cell = str | int | float | bool | date | datetime | list["Cell"] | None

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Nobody in a file was born before this year and no term ends after it; what lies outside is a slip of the keyboard.
FIRST_YEAR, LAST_YEAR = 1900, 2100
# Enough for a code; a long text in a code column is a remark about a person, which has no place on the bus.
MAX_CODE_LENGTH = 60

FORMULA_MARKS = "=+-@\t\r"
"""A text that begins so is a formula to the spreadsheet that it ends up in, whoever opens it (CWE-1236)."""

_PLAIN_NUMBER = re.compile(r"[+-][\d\s().,/-]*")
_DUTCH_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_LBT_SCORE = re.compile(r"\d{1,3},\d{2}")


class BadValue(ValueError):
    """A cell that cannot be what its column promises. The message is one Dutch sentence: what to write instead."""


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell == []


def text(cell: Cell) -> str:
    """The cell as its author sees it; a whole number that a spreadsheet keeps as 42.0 is 42."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, list):
        return ", ".join(text(part) for part in cell)
    return str(cell).strip()


def bsn(cell: Cell) -> str:
    """Nine digits that pass the eleven-test; a leading zero that a spreadsheet dropped is put back."""
    digits = re.sub(r"[\s.]", "", text(cell))
    if not digits.isdecimal() or not 8 <= len(digits) <= 9:
        raise BadValue("Een BSN heeft negen cijfers; controleer het nummer op het identiteitsbewijs.")
    digits = digits.zfill(9)
    if not eleven_test.is_valid(digits):
        raise BadValue("Dit BSN doorstaat de elfproef niet; waarschijnlijk is een cijfer verkeerd overgenomen.")
    return digits


def vnummer(cell: Cell) -> str:
    """Ten digits; DUO sends a number, so leading zeros are put back."""
    digits = re.sub(r"[\s.]", "", text(cell))
    if not digits.isdecimal() or len(digits) > 10 or not int(digits):
        raise BadValue("Een V-nummer heeft ten hoogste tien cijfers; neem het over van het vreemdelingendocument.")
    return digits.zfill(10)


def pseudonym(cell: Cell) -> str:
    value = text(cell)
    if not value or "{" in value or is_formula(value):
        raise BadValue("Voor deze cliënt is nog geen hubkenmerk ontvangen; wacht op de opdracht van de gemeente.")
    return value


def day(cell: Cell) -> date:
    """A calendar day from a spreadsheet date, `14-03-2025`, `2025-03-14` or an instant (then the day in Amsterdam)."""
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _day_from_text(text(cell))
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadValue(f"Het jaar {found.year} kan niet kloppen; controleer de datum.")
    return found


def _day_from_text(written: str) -> date:
    try:
        if match := _DUTCH_DATE.fullmatch(written):
            d, m, y = (int(part) for part in match.groups())
            return date(y, m, d)
        if match := _ISO_DATE.fullmatch(written):
            y, m, d = (int(part) for part in match.groups())
            return date(y, m, d)
    except ValueError:
        raise BadValue(f"{written} is geen bestaande datum; controleer dag en maand.") from None
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise BadValue("Dit is geen datum; schrijf dag-maand-jaar, bijvoorbeeld 14-03-2025.") from None
    return instant.astimezone(AMSTERDAM).date() if instant.tzinfo else instant.date()


def whole(cell: Cell) -> int:
    number = decimal(cell)
    if number != number.to_integral_value():
        raise BadValue("Hier hoort een heel getal, zonder komma.")
    return int(number)


def decimal(cell: Cell) -> Decimal:
    """A number of zero or more, with the decimal comma of a Dutch spreadsheet or the point of JSON."""
    try:
        number = Decimal(text(cell).replace(",", "."))
    except InvalidOperation:
        raise BadValue("Dit is geen getal; schrijf bijvoorbeeld 3 of 2,5.") from None
    if not number.is_finite() or number < 0:
        raise BadValue("Een getal kleiner dan nul kan hier niet.")
    return number


def hours_as_minutes(cell: Cell) -> int:
    """Hours with a decimal comma, as minutes: `2,5` is 150."""
    minutes = decimal(cell) * 60
    if minutes != minutes.to_integral_value():
        raise BadValue("Dit aantal uren is geen heel aantal minuten; schrijf bijvoorbeeld 2,5 of 1,75.")
    return int(minutes)


def euros_as_cents(cell: Cell) -> int:
    cents = decimal(cell) * 100
    if cents != cents.to_integral_value():
        raise BadValue("Een bedrag heeft ten hoogste twee cijfers achter de komma.")
    return int(cents)


def yes_no(cell: Cell) -> bool | None:
    """Ja, nee, or None for `onbekend`: unknown is not no."""
    word = text(cell).lower()
    if word in {"ja", "j", "true"}:
        return True
    if word in {"nee", "n", "false"}:
        return False
    if word == "onbekend":
        return None
    raise BadValue("Schrijf hier ja, nee of onbekend.")


def code(cell: Cell, codes: Mapping[str, str | None]) -> str | None:
    """The hub's code for the partner's; None where the profile says that this code stays with the partner.

    A pair (`indeling | detail`) falls back on `indeling | *`.
    """
    written = text(cell)
    known = {name.casefold(): value for name, value in codes.items()}
    wanted = written.casefold()
    if wanted in known:
        return known[wanted]
    fallback = wanted.split(" | ")[0] + " | *"
    if fallback in known:
        return known[fallback]
    choices = ", ".join(name for name in codes if "|" not in name) or ", ".join(codes)
    raise BadValue(f"‘{written[:MAX_CODE_LENGTH]}’ is geen bekende code; kies uit: {choices}.")


def short_text(cell: Cell) -> str:
    """A text that is no formula; a telephone number may begin with a plus."""
    value = text(cell)
    if is_formula(value):
        raise BadValue("Een tekst mag hier niet met =, +, - of @ beginnen; schrijf de waarde zelf op.")
    return value


def is_formula(value: str) -> bool:
    """Whether a spreadsheet would take this text for a formula."""
    return value[:1] != "" and value[0] in FORMULA_MARKS and not _PLAIN_NUMBER.fullmatch(value)


def lbt_score(cell: Cell) -> str:
    """DUO's own notation, one to three digits, a comma and two digits; kept as text so that nothing is rounded."""
    score = text(cell)
    if not _LBT_SCORE.fullmatch(score):
        raise BadValue("Een LBT-score heeft twee cijfers achter de komma, bijvoorbeeld 98,50.")
    return score


def oin(cell: Cell) -> str:
    value = text(cell)
    if not re.fullmatch(r"[0-9A-Z]{20}", value):
        raise BadValue("Een OIN heeft precies twintig tekens (cijfers of hoofdletters).")
    return value


def party(cell: Cell) -> str:
    """`oin#rol`: an organisation in one of its roles."""
    value = text(cell)
    if not re.fullmatch(r"[0-9A-Z]{20}#[a-z]+", value):
        raise BadValue(
            "Schrijf de ontvanger als OIN, een hekje en de rol, bijvoorbeeld 00000099000000070000#begeleider."
        )
    return value


def month(cell: Cell) -> str:
    """`2025-11` for what a spreadsheet calls `11-2025`, `2025-11` or any day of that month."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m}"
    written = text(cell)
    if match := re.fullmatch(r"(\d{1,2})-(\d{4})", written):
        number, year = int(match[1]), match[2]
    elif match := re.fullmatch(r"(\d{4})-(\d{2})", written):
        number, year = int(match[2]), match[1]
    else:
        raise BadValue("Schrijf een maand als 11-2025.")
    if not 1 <= number <= 12:
        raise BadValue(f"Maand {number} bestaat niet; schrijf een maand als 11-2025.")
    return f"{year}-{number:02d}"
