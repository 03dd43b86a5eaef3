# SPDX-License-Identifier: EUPL-1.2
"""HTML from Python: elements whose text is escaped, the skeleton of a page, and the few shapes that both pages share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

STYLE = Path(__file__).parent / "style.css"
_CODE = re.compile(r"`([^`]+)`")
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *content: str | None, **attributes: str | None) -> Html:
    """One element. Text is escaped unless it is Html; an attribute `class_` is `class`, `data_x` is `data-x`, and None
    leaves it out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{given}>{join(content)}</{name}>")


def join(parts: Iterable[str | None]) -> Html:
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None))


def between(separator: str, parts: Iterable[str]) -> Iterator[str]:
    """The parts with a separator between each two."""
    for at, part in enumerate(parts):
        if at:
            yield separator
        yield part


def identifier(*parts: str) -> str:
    """An id for an anchor."""
    return "-".join(_NOT_IN_AN_ID.sub("-", part.lower()).strip("-") or "root" for part in parts)


def prose(text: str | None, language: str | None = None) -> Html:
    """A description: paragraphs at empty lines, code between backticks; nothing else of Markdown is read."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text or "") if part.strip()]
    return join(element("p", inline(part), lang=language) for part in paragraphs)


def inline(text: str) -> Html:
    return join(element("code", part) if at % 2 else part for at, part in enumerate(_CODE.split(text)))


def table(label: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A table whose first cell names its row; on a narrow screen each cell says its own column. Nothing without rows."""
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(
                element("td", element("div", cell) if cell else None, data_column=column)
                for cell, column in zip(row[1:], head[1:], strict=True)
            ),
        )
        for row in rows
    ]
    if not body:
        return Html()
    heads = join(element("th", column, scope="col") for column in head)
    return element(
        "table",
        element("caption", label, class_="unseen"),
        element("thead", element("tr", heads)),
        element("tbody", *body),
    )


def links(label: str, targets: Iterable[tuple[str, str]]) -> Html:
    """A list of links to places on the page: (id, text)."""
    items = [element("li", element("a", text, href=f"#{target}")) for target, text in targets]
    return element("nav", element("ul", *items), aria_label=label, class_="places") if items else Html()


def page(title: str, *content: str) -> str:
    """The whole document."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE.read_text(encoding='utf-8')}</style></head>",
            f'<body><main id="top">{join(content)}</main></body></html>',
            "",
        )
    )
