# SPDX-License-Identifier: EUPL-1.2
"""In English what the contract (``schemas``) says in Dutch of a letter that is none."""

from __future__ import annotations

import re

_SENTENCES = (
    (r"Stuur de kop van `(.+)` precies één keer\.", r"Send `\1` exactly once."),
    (r"Stuur CloudEvents in binaire vorm: de kop van `(.+)` ontbreekt\.", r"Send a CloudEvent: `\1` is missing."),
    (r"Stuur CloudEvents 1\.0: `specversion` is anders\.", "Send CloudEvents 1.0: `specversion` is another."),
    (r"Stuur de gegevens mee: .+", "Send the data along: this event has none."),
    (r"Stuur ten hoogste (\d+) uitbreidingen mee\.", r"Send at most \1 extensions."),
    (r"Noem een attribuut met ten hoogste (\d+) .+", r"Name an attribute with at most \1 small letters and digits."),
    (
        r"Geef `(.+)` een tekst van 1 tot en met (\d+) bytes, zonder regeleinden\.",
        r"Give `\1` a text of 1 to \2 bytes, without line breaks.",
    ),
    (r"Schrijf de kop van `(.+)` in UTF-8\.", r"Write `\1` in UTF-8."),
    (r"Schrijf `time` als RFC 3339, zoals (.+)", r"Write `time` as RFC 3339, such as \1"),
    (r"Schrijf `source` als .+", "Write `source` as urn:nld:oin:<OIN of 20 characters>:systeem:<name>."),
    (r"Geef een uitbreiding een eigen naam: .+", "Give an extension a name of its own: this one is CloudEvents'."),
    (r"Zet in de kop `(.+)` het sleutel-id .+", r"Put the key id of 32 hexadecimal digits in `\1`."),
    (r"Stuur één CloudEvent als JSON-object\.", "Send one CloudEvent as a JSON object."),
    (r"Stuur elk attribuut als tekst .+", "Send each attribute as a string, and the sealed data as `data_base64`."),
    (r"Stuur gegevens en handtekening in base64\.", "Send data and signature in base64."),
    (r"Onderteken het bericht: de kop `(.+)` moet .+", r"Sign the event: `\1` must be there exactly once."),
)
ANY = "Mend the event: docs/wire-format.md says how, in sections 2 and 4."


def english(sentence: str) -> str:
    """The same in English."""
    for pattern, told in _SENTENCES:
        if found := re.fullmatch(pattern, sentence):
            return found.expand(told)
    return ANY
