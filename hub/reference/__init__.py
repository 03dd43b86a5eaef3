# SPDX-License-Identifier: EUPL-1.2
"""The contract as a page for a browser: an AsyncAPI 3 or OpenAPI 3.1 document becomes one HTML file, without scripts or
anything from elsewhere, so that it works offline and from a file.

Not here: the documents themselves (`hub.broker.asyncapi`, and the OpenAPI document of the HTTP interface).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.reference import asyncapi, openapi


class NoContract(ValueError):
    """Not a document that there is a page for; the text says what is."""


def render(document: Mapping[str, Any], *, language: str = "nl") -> str:
    """The page; `language` is the one that the document's own descriptions are in (the page's own words are English).

    Raises NoContract.
    """
    if str(document.get("asyncapi", "")).startswith("3."):
        return asyncapi.page(document, language)
    if str(document.get("openapi", "")).startswith("3.1"):
        return openapi.page(document, language)
    raise NoContract("Give an AsyncAPI 3 or an OpenAPI 3.1 document, in JSON.")
