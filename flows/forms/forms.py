"""What people enter for a step: the form as JSON schema in either language, and the check of the answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eventlogs.language import Language, say_in
from flows.errors import Choice, Fault, Listed, Named, StepRefusedError, WrongValueError
from flows.forms.fault_places import labels_of, told_in_rows
from flows.steps.base import Circumstances, Step

_RIGHT = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this step; take it out or mend its name",
    "literal_error": "{value} is not a choice; right is {expected}",
    "greater_than_equal": "{value} is too small; right is {ge} or more",
    "greater_than": "{value} is too small; right is more than {gt}",
    "less_than_equal": "{value} is too large; right is {le} or less",
    "too_short": "has {actual_length} entries; right is at least {min_length}",
    "string_too_short": "is empty; enter at least {min_length} characters",
    "string_too_long": "is too long; enter at most {max_length} characters",
    "decimal_max_places": "{value} has too many decimal places; right are at most {decimal_places}",
    "decimal_max_digits": "{value} has too many digits; right are at most {max_digits}",
    "int": "{value} is not a whole number; right is one such as 3",
    "bool": "{value} is neither true nor false; right is true or false",
    "date": "{value} is not a day; right is one such as 2024-05-01",
    "decimal": "{value} is not a number; right is one such as 12.5",
    "list": "{value} is not a list; right is a list in brackets",
    "model": '{value} is not a group of named fields; right are fields such as {{"floor": 3}}',
    "string_pattern": "{value} is not of the form {pattern}",
    "string": "{value} is not text; right is text in quotation marks",
    "tuple": "{value} is not a list; right is a list in brackets",
    "union_tag_invalid": "{tag} is not a choice for {discriminator}; right is {expected_tags}",
    "union_tag_not_found": "{discriminator} is required",
}
_ANY = "{value} does not fit here"
Model = TypeVar("Model", bound=BaseModel)


def entered(step: type[Step], data: Mapping[str, Any], at: Circumstances, name: Named | None = None) -> Step:
    """Return the step that `data` describes, or refuse it with every fault, its field, and what is right.

    `name` is what people call the step.
    """
    what = name or step.activity
    step_entered = read_entry(step, data, what)
    faults = told_in_rows(list(step_entered.faults(at)), step, data)
    if faults:
        raise StepRefusedError("{activity} is refused:", faults, activity=what)
    return step_entered


def read_entry(model: type[Model], data: Mapping[str, Any], name: object) -> Model:
    """Return the entry that `data` describes; a refusal names each wrong field."""
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        found = [_with_choices(fault_of(detail), model) for detail in error.errors()]
        faults = told_in_rows(found, model, data)
        raise StepRefusedError("{activity} is refused:", faults, activity=name) from error


def form(step: type[BaseModel], language: Language) -> dict[str, Any]:
    """Return the JSON schema of a step with titles, descriptions and choices in `language`."""
    schema: dict[str, Any] = _said(step.model_json_schema(), language)
    return schema


def _said(part: Any, language: Language) -> Any:
    if isinstance(part, list):
        return [_said(inner, language) for inner in part]
    if not isinstance(part, dict):
        return part
    words = part.get("labels")
    said = {name: _said(inner, language) for name, inner in part.items() if name != "labels"}
    for name in ("title", "description"):
        if isinstance(part.get(name), str):
            said[name] = say_in(language, part[name])
    if isinstance(words, dict) and all(isinstance(word, str) for word in words.values()):
        _name_choices(said, words, language)
    return said


def _name_choices(said: dict[str, Any], words: Mapping[str, str], language: Language) -> None:
    """Put each choice beside its words where the schema lists the bare choices."""
    for part in (said, *said.get("anyOf", ()), said.get("items", {})):
        if choices := part.pop("enum", None):
            part["oneOf"] = [
                {"const": choice, "title": say_in(language, words[choice])} for choice in choices
            ]


def fault_of(detail: Any) -> Fault:
    """Return what pydantic found wrong as a fault that says what would be right."""
    wrong = detail.get("ctx", {}).get("error")
    if isinstance(wrong, WrongValueError):
        return Fault(_place(detail), wrong.text, wrong.values)
    kind = str(detail["type"])
    text = _RIGHT.get(kind) or next(
        (right for name, right in _RIGHT.items() if kind.startswith(f"{name}_")), _ANY
    )
    right = dict(detail.get("ctx", {}))
    if "expected" in right:  # pydantic joins the last two by an English word
        right["expected"] = str(right["expected"]).replace(" or ", ", ")
    return Fault(_place(detail), text, {"value": repr(detail["input"]), **right})


def _with_choices(fault: Fault, model: type[BaseModel]) -> Fault:
    """Return a fault that tells the choices of its field by their names too."""
    words = labels_of(fault.place, model)
    if "expected" not in fault.values or not words:
        return fault
    choices = Listed([Choice(key, word) for key, word in words.items()])
    return replace(fault, values={**fault.values, "expected": choices})


def fault_of_file(detail: Any) -> Fault:
    """Return what pydantic found wrong in a settings file, where a name is not one of a step."""
    found = fault_of(detail)
    unknown = detail["type"] == "extra_forbidden"
    return replace(found, text="is not known here; remove it or mend its name") if unknown else found


def _place(detail: Any) -> str:
    return ".".join(str(part) for part in detail["loc"])
