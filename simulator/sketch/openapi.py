"""Guess a backend from its OpenAPI or Swagger description."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from simulator.ports import SimulatorError
from simulator.sketch import names
from simulator.sketch.model import EDIT
from simulator.sketch.model import SCHEMES
from simulator.sketch.model import CallSketch
from simulator.sketch.model import Purpose
from simulator.sketch.model import Sent
from simulator.sketch.model import Sketch


_METHODS = ("get", "post", "put", "delete")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_DEEPEST = 5


def read_openapi(document: Mapping[str, Any], origin: str) -> Sketch:
    """Find the login and what comes after it; raise SimulatorError if there is none."""
    description = _Description(document)
    operations = list(description.operations())
    logins = [each for each in operations if "${code}" in each.templates]
    if not logins:
        raise SimulatorError(
            f"{origin} describes no call that takes a code; answer the questions of "
            "`wxsim init` without it.",
            f"{origin} 中没有接收 code 的调用；请不带它运行 `wxsim init` 并回答问题。",
        )
    login = max(logins, key=lambda each: each.login_score)
    others = [each for each in operations if each is not login]
    chosen = [
        *_first(others, "phone", lambda each: each.is_phone),
        *_first(others, "profile", lambda each: each.is_profile),
        *_first(others, "page", lambda each: each.is_page),
    ]
    info = document.get("info")
    title = info.get("title") if isinstance(info, Mapping) else None
    return Sketch(
        login=login.sketch("login"),
        name=str(title or "my backend"),
        base_url=description.base_url,
        keep=login.token_path,
        sent=description.sent,
        others=tuple(chosen),
        origin=origin,
    )


@dataclass(frozen=True, slots=True)
class _Operation:
    method: str
    path: str
    text: str
    parts: Mapping[str, Mapping[str, Any]]
    """By place what is sent, with templates for what comes from a phone."""
    token_path: str
    templates: frozenset[str] = field(default_factory=frozenset)

    @property
    def login_score(self) -> int:
        return names.looks_like_login(self.text) + (self.token_path != "")

    @property
    def is_phone(self) -> bool:
        return names.is_about_phone(self.text) and bool(
            self.templates & {"${code}", "${phoneCode}", "${encryptedData}"}
        )

    @property
    def is_profile(self) -> bool:
        return "${encryptedData}" in self.templates and not names.is_about_phone(
            self.text
        )

    @property
    def is_page(self) -> bool:
        return self.method == "GET" and not self.parts and names.is_page(self.path)

    def sketch(self, purpose: Purpose) -> CallSketch:
        parts = names.for_phone(self.parts) if purpose == "phone" else self.parts
        return CallSketch(purpose, self.method, self.path, **parts)


@dataclass(frozen=True, slots=True)
class _Description:
    document: Mapping[str, Any]

    @property
    def base_url(self) -> str:
        servers = self.document.get("servers") or [{}]
        url = str(servers[0].get("url") or "")
        if host := self.document.get("host"):
            scheme = (self.document.get("schemes") or ["http"])[0]
            url = f"{scheme}://{host}"
        return url.rstrip("/") if urlsplit(url).hostname else "http://127.0.0.1:8000"

    @property
    def sent(self) -> Sent | None:
        components = self.document.get("components") or {}
        known = components.get("securitySchemes") or {}
        known = known or self.document.get("securityDefinitions") or {}
        for scheme in known.values():
            if scheme.get("type") == "http" or scheme.get("type") == "oauth2":
                return Sent("header", "Authorization", SCHEMES["bearer"])
            if scheme.get("in") in ("header", "cookie", "query"):
                return Sent(scheme["in"], str(scheme["name"]), "${storage.token}")
        return None

    def operations(self) -> Iterator[_Operation]:
        for path, item in (self.document.get("paths") or {}).items():
            shared = item.get("parameters") or []
            for method in _METHODS:
                if isinstance(item.get(method), Mapping):
                    yield self._operation(
                        method, self._prefix + path, item[method], shared
                    )

    @property
    def _prefix(self) -> str:
        """What stands before each path, where no address does."""
        servers = self.document.get("servers") or [{}]
        url = str(servers[0].get("url") or "")
        before = url if url.startswith("/") else self.document.get("basePath") or ""
        return str(before).rstrip("/")

    def _operation(
        self, method: str, path: str, spec: Mapping[str, Any], shared: list[Any]
    ) -> _Operation:
        parts: dict[str, dict[str, Any]] = {}
        for parameter in map(
            self._resolved, [*shared, *(spec.get("parameters") or [])]
        ):
            path = self._take(parameter, parts, path)
        self._take_body(self._resolved(spec.get("requestBody") or {}), parts)
        said = (
            path,
            spec.get("operationId"),
            spec.get("summary"),
            *spec.get("tags", ()),
        )
        templates = frozenset([*names.templates_in(parts), *_placed(path)])
        return _Operation(
            method.upper(),
            path,
            " ".join(str(each) for each in said if each),
            parts,
            self._token_path(spec.get("responses") or {}),
            templates,
        )

    def _take(
        self, parameter: Mapping[str, Any], parts: dict[str, dict[str, Any]], path: str
    ) -> str:
        """Note where a parameter goes; return the path, filled in if it goes there."""
        name, place = str(parameter.get("name")), parameter.get("in")
        schema = parameter.get("schema") or parameter
        if place == "body":
            parts["json"] = self._filled(parameter.get("schema") or {})
        elif place == "path":
            value = str(self._value(name, schema) or EDIT)
            return path.replace(f"{{{name}}}", value)
        elif place in ("query", "header", "formData"):
            kind = {"formData": "form"}.get(place, place)
            value = self._value(name, schema)
            if value is not None or parameter.get("required"):
                parts.setdefault(kind, {})[name] = EDIT if value is None else value
        return path

    def _take_body(
        self, body: Mapping[str, Any], parts: dict[str, dict[str, Any]]
    ) -> None:
        content = body.get("content") or {}
        for media, spec in content.items():
            kind = "form" if media in _FORMS else "json"
            filled = self._filled(spec.get("schema") or {})
            if filled and "json" not in parts:
                parts[kind] = filled
                return

    def _filled(
        self, schema: Mapping[str, Any], above: frozenset[int] = frozenset()
    ) -> dict[str, Any]:
        """Fill an object in: what a phone gives, constants, and EDIT for the rest."""
        schema = self._resolved(schema)
        inside = above | {id(schema)}
        required = schema.get("required") or []
        filled: dict[str, Any] = {}
        for name, member in (schema.get("properties") or {}).items():
            member = self._resolved(member)
            # What stands inside itself is no payload of WeChat's.
            known = id(member) in inside or len(inside) > _DEEPEST
            inner = {} if known else self._filled(member, inside)
            value = inner or self._value(name, member)
            if value is not None or name in required:
                filled[name] = EDIT if value is None else value
        return filled

    def _value(self, name: str, schema: Mapping[str, Any]) -> Any:
        """Say what goes under a name; None if only the user knows."""
        known = names.template_for(name)
        if known is not None:
            return known
        if schema.get("enum") and len(schema["enum"]) == 1:
            return schema["enum"][0]
        return schema.get("const", schema.get("default"))

    def _token_path(self, responses: Mapping[Any, Any]) -> str:
        for status in ("200", "201", 200, 201, "default"):
            answer = self._resolved(responses.get(status) or {})
            schema = answer.get("schema") or {}
            for spec in (answer.get("content") or {}).values():
                schema = schema or spec.get("schema") or {}
            found = self._find_token(schema, "data", frozenset())
            if found:
                return found
        return ""

    def _find_token(
        self, schema: Mapping[str, Any], path: str, above: frozenset[int]
    ) -> str:
        schema = self._resolved(schema)
        if id(schema) in above or len(above) > _DEEPEST:
            return ""
        members = schema.get("properties") or {}
        for name in members:
            if names.is_token(name):
                return f"{path}.{name}"
        for name, member in members.items():
            inside = above | {id(schema)}
            found = self._find_token(member, f"{path}.{name}", inside)
            if found:
                return found
        return ""

    def _resolved(self, schema: Any, depth: int = 0) -> Mapping[str, Any]:
        """Follow a reference inside the document, and gather what `allOf` says."""
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return {}
        if isinstance(schema.get("$ref"), str):
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                part = part.replace("~1", "/").replace("~0", "~")
                found = found.get(part, {}) if isinstance(found, Mapping) else {}
            return self._resolved(found, depth + 1)
        choices = schema.get("oneOf") or schema.get("anyOf")
        if choices and "properties" not in schema:
            return self._resolved(choices[0], depth + 1)
        if "allOf" not in schema:
            return schema
        properties: dict[str, Any] = dict(schema.get("properties") or {})
        required: list[str] = list(schema.get("required") or [])
        for each in schema["allOf"]:
            each = self._resolved(each, depth + 1)
            properties |= each.get("properties") or {}
            required += each.get("required") or []
        return {**schema, "properties": properties, "required": required}


def _first(
    operations: list[_Operation], purpose: Purpose, fits: Any
) -> Iterator[CallSketch]:
    found = next(filter(fits, operations), None)
    if found is not None:
        yield found.sketch(purpose)


def _placed(path: str) -> list[str]:
    return ["${code}"] if "${code}" in path else []
