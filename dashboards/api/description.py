"""The description of the API in OpenAPI, its titles and sentences in the reader's language."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from eventlogs.language import Language, say_in, sayable

VERSION = "1"
_ABOUT = sayable(
    "The answers and acts of the engine as JSON. A machine shows its token as `Authorization: Bearer …` "
    "(`retrofit user token`). Lists come in pages: `next` is the cursor of the one that follows. Errors are "
    "problems of RFC 9457 in the language of `Accept-Language` or `?lang=`. GET changes nothing."
)
_SAID = ("summary", "description", "title")
_REFUSED_BY_FASTAPI = ("HTTPValidationError", "ValidationError")


@cache
def description(app: FastAPI, language: Language) -> dict[str, Any]:
    """Return the description of what `app` answers under `/api/v1`."""
    found = _described(app)
    said: dict[str, Any] = _in_language(found, language)
    return said


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title="retrofit", version=VERSION, description=_ABOUT, routes=app.routes)
    found["paths"] = {path: item for path, item in found["paths"].items() if path.startswith("/api/v1/")}
    schemas = found.get("components", {}).get("schemas", {})
    for name in _REFUSED_BY_FASTAPI:
        schemas.pop(name, None)
    found.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    return found


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
