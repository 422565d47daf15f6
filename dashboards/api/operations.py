"""The description of the API as people read it: chapter by chapter, what each address does and takes."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dashboards.access.visitor import role_word
from dashboards.api.description import CALLERS
from dashboards.api.shapes import Schemas
from eventlogs.language import say, sayable

_CHAPTERS: Mapping[str, str] = {
    "projects": sayable("Projects"),
    "work items": sayable("Work items"),
    "residents": sayable("Residents of projects"),
    "logs": sayable("Logs and what mining answers"),
    "audit": sayable("Audit"),
    "about": sayable("About this interface"),
}
_PLACES: Mapping[str, str] = {
    "path": sayable("in the address"),
    "query": sayable("after the ?"),
    "header": sayable("as a header"),
    "body": sayable("in the body"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller gives: its name, where it stands, what it is, and whether it must be there."""

    name: str
    place: str
    kind: str
    needed: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that is not the one hoped for: its status, and what that means."""

    status: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address; `call` is a command to try it, `answer` the shape of what comes back."""

    anchor: str
    method: str
    path: str
    title: str
    meaning: str
    callers: str
    given: tuple[Given, ...]
    call: str
    status: int
    answer: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations about one thing."""

    name: str
    title: str
    operations: tuple[Operation, ...]


def chapters(description: Mapping[str, Any]) -> Sequence[Chapter]:
    """Return all operations of a description, in its language, chapter by chapter."""
    schemas = Schemas(description)
    found: dict[str, list[Operation]] = {name: [] for name in _CHAPTERS}
    for path, methods in description["paths"].items():
        for method, about in methods.items():
            found[about["tags"][0]].append(_operation(method.upper(), path, about, schemas))
    return [
        Chapter(name.replace(" ", "-"), say(title), tuple(found[name])) for name, title in _CHAPTERS.items()
    ]


def _operation(method: str, path: str, about: Mapping[str, Any], schemas: Schemas) -> Operation:
    answers = {int(status): answer for status, answer in about["responses"].items()}
    status = min(answers)
    shape = answers[status]["content"]["application/json"]["schema"]
    meaning = about.get("description", "")
    return Operation(
        anchor=f"{method}{path.removeprefix('/api/v1')}".lower().translate({ord(c): "-" for c in "/{}"}),
        method=method,
        path=path,
        title=about["summary"].rstrip("."),
        meaning="" if meaning == about["summary"] else meaning,
        callers=callers_in_words(about[CALLERS]),
        given=tuple(_given(about, schemas)),
        call=_call(method, path, about, schemas),
        status=status,
        answer=json.dumps(schemas.example(shape), ensure_ascii=False, indent=2),
        told=tuple(Told(one, answer["description"]) for one, answer in answers.items() if one != status),
    )


def callers_in_words(roles: Sequence[Any] | None) -> str:
    """Return who may call an operation."""
    if roles is None:
        return say("everybody, without a token too")
    if not roles:
        return say("every token")
    return say(", ").join(role_word(role) for role in roles)


def _given(about: Mapping[str, Any], schemas: Schemas) -> Iterator[Given]:
    for one in about.get("parameters", ()):
        schema = one["schema"]
        meaning = one.get("description") or schema.get("description", "")
        needed = one.get("required", False)
        yield Given(one["name"], say(_PLACES[one["in"]]), schemas.word(schema), needed, meaning)
    for name, schema, needed in schemas.fields(_body(about)):
        yield Given(name, say(_PLACES["body"]), schemas.word(schema), needed, schema.get("description", ""))


def _body(about: Mapping[str, Any]) -> Mapping[str, Any]:
    contents = about.get("requestBody", {}).get("content", {})
    found: Mapping[str, Any] = next((content["schema"] for content in contents.values()), {})
    return found


def _call(method: str, path: str, about: Mapping[str, Any], schemas: Schemas) -> str:
    """Return a command that calls an operation; the shell holds the site and the token."""
    filled = path
    for one in about.get("parameters", ()):
        filled = filled.replace(f"{{{one['name']}}}", quote(str(schemas.example(one["schema"]))))
    words = ["curl", '-H "Authorization: Bearer $TOKEN"']
    for kind, content in about.get("requestBody", {}).get("content", {}).items():
        if kind == "application/json":
            example = content.get("example") or schemas.example(content["schema"])
            sent = shlex.quote(json.dumps(example, ensure_ascii=False))
            words += [f'-H "Content-Type: {kind}"', f"-d {sent}"]
        else:
            words += [
                f"-F {name}=@plan.pdf" for name, _, needed in schemas.fields(content["schema"]) if needed
            ]
    if method != "GET" and not about.get("requestBody"):
        words.append(f"-X {method}")
    return " \\\n  ".join([" ".join(words[:2]), *words[2:], f'"$SITE{filled}"'])
