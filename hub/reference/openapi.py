# SPDX-License-Identifier: EUPL-1.2
"""The page of an OpenAPI 3.1 document: servers, who may call, every operation with what it takes and answers, and the
schemas, to which each place that uses one links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.reference.element import Html, between, element, identifier, inline, join, links, prose, table
from hub.reference.element import page as whole

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
DEEPEST = 4
"""Levels of a schema without a name of its own that are written out."""


def page(document: Mapping[str, Any], language: str) -> str:
    info = document["info"]
    return _Page(document, language).html(f"{info['title']}: HTTP interface")


class _Page:
    def __init__(self, document: Mapping[str, Any], language: str) -> None:
        self._document = document
        self._language = language
        self._components: Mapping[str, Any] = document.get("components", {})

    def html(self, title: str) -> str:
        info = self._document["info"]
        schemas = self._components.get("schemas", {})
        operations = list(self._operations())
        places = [
            ("operations", "Operations"),
            *([("security", "Who may call")] if self._schemes() else []),
            *([("schemas", "Schemas")] if schemas else []),
        ]
        return whole(
            title,
            element("h1", title),
            element(
                "p",
                f"Version {info['version']}. For tools: the same as OpenAPI {self._document['openapi']}.",
                class_="soft",
            ),
            prose(info.get("description") or info.get("summary"), self._language),
            links("On this page", places),
            self._servers(),
            self._security(),
            element("h2", "Operations", id="operations"),
            links(
                "Operations",
                ((identifier(method, path), f"{method.upper()} {path}") for method, path, _, _ in operations),
            ),
            *(self._operation(method, path, item, operation) for method, path, item, operation in operations),
            element("h2", "Schemas", id="schemas") if schemas else Html(),
            links("Schemas", ((identifier("schema", name), name) for name in schemas)),
            *(self._named(name, schema) for name, schema in schemas.items()),
        )

    def _operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
        for path, item in self._document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    yield method, path, item, item[method]

    def _servers(self) -> Html:
        rows = [(element("code", one["url"]), self._said(one)) for one in self._document.get("servers", ())]
        return table("Servers", ("address", "what it is"), rows)

    def _schemes(self) -> Mapping[str, Any]:
        schemes: Mapping[str, Any] = self._components.get("securitySchemes", {})
        return schemes

    def _security(self) -> Html:
        rows = []
        for name, given in self._schemes().items():
            scheme = self._at(given)
            tokens = [flow["tokenUrl"] for flow in scheme.get("flows", {}).values() if "tokenUrl" in flow]
            more = [element("code", token) for token in tokens]
            rows.append(
                (element("code", name), str(scheme["type"]), join([self._said(scheme), " " if more else None, *more]))
            )
        found = table("Who may call", ("name", "kind", "how"), rows)
        return join([element("h2", "Who may call", id="security"), found]) if found else Html()

    # operations

    def _operation(self, method: str, path: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> Html:
        parameters = [self._at(one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        parts: list[str] = [
            element(
                "h3",
                element("span", method.upper(), class_=f"method {method}"),
                element("code", path),
                id=identifier(method, path),
            ),
            element("p", inline(operation.get("summary", "")), lang=self._language)
            if operation.get("summary")
            else Html(),
            prose(operation.get("description"), self._language),
        ]
        if operation.get("deprecated"):
            parts.append(prose("Deprecated: it goes away in a later version."))
        if parameters:
            parts += [
                element("h4", "Parameters"),
                table(
                    f"Parameters of {method} {path}",
                    ("name", "where", "value", "meaning"),
                    map(self._parameter, parameters),
                ),
            ]
        if "requestBody" in operation:
            body = self._at(operation["requestBody"])
            parts += [
                element("h4", "Body"),
                prose(body.get("description"), self._language),
                self._content(f"Body of {method} {path}", body.get("content", {})),
            ]
        parts += [
            element("h4", "Answers"),
            table(f"Answers of {method} {path}", ("status", "body", "headers", "meaning"), self._answers(operation)),
        ]
        return element("section", *parts)

    def _parameter(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        needed = element("span", "required", class_="must") if one.get("required") else "optional"
        return (
            element("code", one["name"]),
            join([one["in"], ", ", needed]),
            self._may(one.get("schema", {})),
            self._said(one),
        )

    def _content(self, label: str, content: Mapping[str, Any]) -> Html:
        return table(
            label,
            ("content type", "value"),
            ((element("code", kind), self._may(one.get("schema", {}))) for kind, one in content.items()),
        )

    def _answers(self, operation: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
        for status, given in operation.get("responses", {}).items():
            answer = self._at(given)
            kinds = [
                join([element("code", kind), " ", self._may(one.get("schema", {}))])
                for kind, one in answer.get("content", {}).items()
            ]
            headers = [element("code", name) for name in answer.get("headers", {})]
            yield status, join(between("; ", kinds)), join(between(" ", headers)), self._said(answer)

    # schemas

    def _named(self, name: str, schema: Mapping[str, Any]) -> Html:
        rows = self._properties(schema)
        return element(
            "section",
            element("h3", name, id=identifier("schema", name)),
            prose(_text(schema).get("description"), self._language),
            table(f"Fields of {name}", ("field", "value", "meaning"), rows) or element("p", self._may(schema)),
        )

    def _properties(self, schema: Any) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for part in (schema, *(self._at(one) for one in _text(schema).get("allOf", ()))):
            required = set(_text(part).get("required", ()))
            for name, one in _text(part).get("properties", {}).items():
                needed = [element("span", "required", class_="must"), " · "] if name in required else []
                found.append((element("code", name), join([*needed, self._may(one)]), self._said(one)))
        return found

    def _may(self, schema: Any, depth: int = 0) -> Html:
        """What a value may be, in words; a schema with a name is a link."""
        if schema is False:
            return Html("nothing")
        if schema is True or not schema:
            return Html("anything")
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return element("a", name, href=f"#{identifier('schema', name)}")
        for word, key in (("one of: ", "oneOf"), ("any of: ", "anyOf"), ("all of: ", "allOf")):
            if key in schema:
                return join(
                    [
                        word if len(schema[key]) > 1 else None,
                        *between("; ", (self._may(one, depth + 1) for one in schema[key])),
                    ]
                )
        if "const" in schema:
            return element("code", str(schema["const"]))
        if "enum" in schema:
            return join(between(" ", (element("code", str(one)) for one in schema["enum"])))
        kinds = schema.get("type", "object" if "properties" in schema else "anything")
        words = [self._kind(kind, schema, depth) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        return join([*between(" or ", words), _bounds(schema)])

    def _kind(self, kind: str, schema: Mapping[str, Any], depth: int) -> Html:
        if kind == "array":
            return join(["a list of ", self._may(schema.get("items", {}), depth + 1)])
        if kind == "object" and schema.get("properties") and depth < DEEPEST:
            inner = (
                join([element("code", name), " ", self._may(one, depth + 1)])
                for name, one in schema["properties"].items()
            )
            return join(["{ ", *between("; ", inner), " }"])
        return join([f"{kind} ({schema['format']})" if "format" in schema else kind])

    def _said(self, given: Any) -> Html:
        text = str(_text(given).get("description") or _text(given).get("title") or "")
        return element("span", inline(text), lang=self._language) if text else Html()

    def _at(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node itself, or what it refers to in this document."""
        while "$ref" in node:
            found: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node


def _bounds(schema: Mapping[str, Any]) -> Html:
    words = {
        "minimum": "from {}",
        "maximum": "up to {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "default": "{} if absent",
    }
    told = [text.format(schema[key]) for key, text in words.items() if key in schema]
    pattern = [" ", element("code", schema["pattern"])] if "pattern" in schema else []
    return join([", " + ", ".join(told) if told else None, *pattern])


def _text(schema: Any) -> Mapping[str, Any]:
    """A schema may be true or false: those say nothing."""
    return schema if isinstance(schema, Mapping) else {}
