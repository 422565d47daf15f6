"""The description of the API in OpenAPI, its titles and sentences in the reader's language."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from dashboards.access.guards import Allowed, OpenToAll
from dashboards.api.documents import problem_answers
from dashboards.api.http_problems import JSON
from eventlogs.language import Language, say_in, sayable

VERSION = "1"
CALLERS = "x-roles"
_API = "/api/v1/"
_ABOUT = sayable(
    "The answers and acts of the engine as JSON. A machine shows its token as `Authorization: Bearer …` "
    "(`retrofit user token`). Lists come in pages: `next` is the cursor of the one that follows. Errors are "
    "problems of RFC 9457 in the language of `Accept-Language` or `?lang=`. GET changes nothing."
)
_SAID = ("summary", "description", "title")


@cache
def description(app: FastAPI, language: Language) -> dict[str, Any]:
    """Return the description of what `app` answers under `/api/v1`."""
    found = _described(app)
    said: dict[str, Any] = _in_language(found, language)
    return said


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title="retrofit", version=VERSION, description=_ABOUT, routes=app.routes)
    found["paths"] = {path: item for path, item in found["paths"].items() if path.startswith(_API)}
    for path, method, roles in _callers(app):
        about = found["paths"][path][method]
        about[CALLERS] = roles
        if JSON in about.get("requestBody", {}).get("content", {}):
            about["responses"].update(problem_answers(415))
    schemas = found.get("components", {}).get("schemas", {})
    named = set(_names_in(found["paths"]))
    found["components"] = {
        "schemas": {name: schema for name, schema in schemas.items() if name in named},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    }
    found["security"] = [{"token": []}]
    return found


def _callers(app: FastAPI) -> Iterator[tuple[str, str, list[str] | None]]:
    """Yield who may call each operation: some roles, anybody with a token (none named), or all (None)."""
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if not path.startswith(_API) or not route.include_in_schema:
            continue
        guards = (one.call for one in route.dependant.dependencies)
        (guard,) = (one for one in guards if isinstance(one, Allowed | OpenToAll))
        for method in route.methods or ():
            yield path, method.lower(), list(guard.roles) if isinstance(guard, Allowed) else None


def _names_in(part: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of the description refers to."""
    if isinstance(part, list):
        for inner in part:
            yield from _names_in(inner)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for inner in part.values():
            yield from _names_in(inner)


def _in_language(part: Any, language: Language) -> Any:
    if isinstance(part, list):
        return [_in_language(inner, language) for inner in part]
    if not isinstance(part, dict):
        return part
    said = {name: _in_language(inner, language) for name, inner in part.items()}
    for name in _SAID:
        if isinstance(part.get(name), str):
            said[name] = say_in(language, part[name])
    return said
