"""A form as text for a terminal: each field with its title, its kind or choices, and the rows of lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eventlogs.language import current_language, say
from eventlogs.layout import wrapped
from flows.forms.forms import form
from flows.process.processes import process_named
from flows.project.acts import step_class_of
from flows.project.intake import Intake
from flows.steps.base import Step

_OF_EVERY_STEP = frozenset(Step.model_fields)


@dataclass(frozen=True)
class FormShown:
    """The form of a step, or of the beginning of a project, as its JSON schema in the reader's language."""

    name: str
    title: str
    form: Mapping[str, Any]

    def as_text(self) -> str:
        """Return the title and a line for each field."""
        asked = say("what is entered (* is needed), with --set FIELD=VALUE or in a --data-file:")
        return "\n".join([f"{self.name}  {self.title}", "", asked, *form_lines(self.form)])


def form_shown(retrofit: str, activity: str | None) -> FormShown:
    """Return the form of a step of a type of retrofit, or that of the beginning of a project."""
    process = process_named(retrofit)
    step = Intake if activity is None else step_class_of(process, activity)
    title = say("Start a project") if activity is None else process.word(activity).label()
    schema = form(step, current_language()) | {"title": title}
    schema.pop("description", None)
    return FormShown(activity or "project start", title, schema)


def form_lines(form: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each field of a JSON schema; the fields of rows and groups stand indented below."""
    yield from _fields(form, form.get("$defs", {}), "  ")


def _fields(part: Mapping[str, Any], named: Mapping[str, Any], indent: str) -> Iterator[str]:
    required = set(part.get("required", ()))
    fields = part.get("properties", {})
    for name in sorted(fields, key=_OF_EVERY_STEP.__contains__):  # its own first
        field = fields[name]
        told = _told(field, named)
        star = "*" if name in required else ""
        yield wrapped(f"{name}{star}: {told}", 100, indent, indent + "    ")
        inner = _inner(field, named)
        if inner is not None:
            yield from _fields(inner, named, indent + "    ")


def _told(field: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    """Return the title, what may be entered, and the description."""
    kind = _choices(field, named) or _kind(field, named)
    title = field.get("title") or (_inner(field, named) or {}).get("title", "")
    told = say("{title} ({kind})", title=title, kind=kind) if kind else str(title)
    return say("{told}; {why}", told=told, why=field["description"]) if "description" in field else told


def _parts(field: Mapping[str, Any], named: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the field, and what it may be or hold, references followed."""
    for part in (field, *field.get("anyOf", ()), *field.get("allOf", ()), field.get("items", {})):
        yield named[part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def _inner(field: Mapping[str, Any], named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((part for part in _parts(field, named) if "properties" in part), None)


def _choices(field: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    for part in _parts(field, named):
        if "oneOf" in part:
            choices = [(str(one["const"]), str(one["title"])) for one in part["oneOf"]]
            told = " | ".join(key if key == title else f"{key} {title}" for key, title in choices)
            return say("a list of: {choices}", choices=told) if _is_list(field, named) else told
    return ""


def _is_list(field: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    return any(part.get("type") == "array" for part in _parts(field, named))


def _kind(field: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    parts = list(_parts(field, named))
    if _is_list(field, named):
        return say("a list; each row has") if _inner(field, named) is not None else say("a list")
    if _inner(field, named) is not None:
        return say("a group of fields")
    kinds = {"boolean": say("true or false"), "integer": say("a whole number"), "number": say("a number")}
    if any(part.get("format") == "date" for part in parts):
        return say("a day such as 2024-05-01")
    return next((kinds[part["type"]] for part in parts if part.get("type") in kinds), "")
