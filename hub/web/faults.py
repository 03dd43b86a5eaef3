# SPDX-License-Identifier: EUPL-1.2
"""What pydantic found wrong with a request, as a sentence in Dutch and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from hub.web.problems import Fout

_SENTENCES = {
    "missing": ("Geef dit: het is verplicht.", "Give this: it is required."),
    "extra_forbidden": ("Laat dit weg: het bestaat niet.", "Leave this out: there is no such thing."),
    "string_type": ("Geef een tekst.", "Give a string."),
    "string_pattern_mismatch": ("Schrijf dit volgens het patroon {pattern}.", "Write this by the pattern {pattern}."),
    "string_too_short": ("Geef ten minste {min_length} teken(s).", "Give at least {min_length} character(s)."),
    "string_too_long": ("Geef ten hoogste {max_length} tekens.", "Give at most {max_length} characters."),
    "int_parsing": ("Geef een geheel getal.", "Give a whole number."),
    "int_parsing_size": ("Geef een kleiner getal.", "Give a smaller number."),
    "int_from_float": ("Geef een geheel getal.", "Give a whole number."),
    "int_type": ("Geef een geheel getal.", "Give a whole number."),
    "greater_than_equal": ("Geef {ge} of meer.", "Give {ge} or more."),
    "less_than_equal": ("Geef {le} of minder.", "Give {le} or less."),
    "literal_error": ("Geef {expected}.", "Give {expected}."),
    "enum": ("Geef {expected}.", "Give {expected}."),
    "list_type": ("Geef een lijst.", "Give a list."),
    "too_short": ("Geef er ten minste {min_length}.", "Give at least {min_length} of them."),
    "too_long": ("Geef er ten hoogste {max_length}.", "Give at most {max_length} of them."),
    "null_given": ("Laat dit weg, of geef een waarde.", "Leave this out, or give a value."),
    "json_invalid": ("Stuur JSON in UTF-8.", "Send JSON in UTF-8."),
    "model_type": ("Geef een JSON-object.", "Give a JSON object."),
    "model_attributes_type": ("Geef een JSON-object.", "Give a JSON object."),
}
"""By pydantic's name of the error; what is in braces it tells itself."""
_ANY = ("Verbeter dit: {msg}.", "Mend this: {msg}.")


def faults(error: ValidationError, where: str) -> list[Fout]:
    """Each fault with its place in the request, which begins with `where`; what was given is not repeated."""
    return [_fault(one, where) for one in error.errors(include_url=False, include_input=False)]


def _fault(one: Mapping[str, Any], where: str) -> Fout:
    nl, en = _SENTENCES.get(one["type"], _ANY)
    told = {**one.get("ctx", {}), "msg": one["msg"]}
    return Fout("/".join((where, *map(str, one["loc"]))), nl.format(**told), en.format(**told))
