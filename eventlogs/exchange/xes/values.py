"""Single XES attributes as values: what `batches` does with columns, for elements of any depth."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from eventlogs.attributes import Identifier, decode_value
from eventlogs.events import Attribute
from eventlogs.exchange import faults
from eventlogs.exchange.moments import zoned_moments
from eventlogs.exchange.xes.names import CHILDREN, JSON, LIST_ITEM, MAP, VALUE

ATTRIBUTE_TAGS = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
_WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*")
_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|nan|inf|infinity)\s*", re.IGNORECASE
)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class ValueFaultError(Exception):
    """An attribute's value is not of its type; the text is one of `faults`."""

    def __init__(self, text: str, element: "Element") -> None:
        super().__init__(text)
        self.text, self.element = text, element


@dataclass(slots=True)
class Element:
    """An attribute element while it is being read."""

    tag: str
    key: str
    raw: str
    line: int
    children: list["Element"] = field(default_factory=list)


def attributes_of(elements: list[Element], timezone: str) -> dict[str, Attribute]:
    """Return elements as attributes by key; one key given twice has the list of its values."""
    attributes: dict[str, Attribute] = {}
    repeated: dict[str, list[Attribute]] = {}
    for element in elements:
        value = value_of(element, timezone)
        if element.key in repeated:
            repeated[element.key].append(value)
        elif element.key in attributes:
            attributes[element.key] = repeated[element.key] = [attributes[element.key], value]
        else:
            attributes[element.key] = value
    return attributes


def value_of(element: Element, timezone: str) -> Attribute:
    """Return the value of an attribute and all it holds."""
    if element.tag == "list":
        mark = element.children[0].key if element.children else ""
        if mark == MAP:
            return {it.key: value_of(it, timezone) for it in _members(element)[1:]}
        if mark == JSON:
            return decode_value(element.children[0].raw)
        return _items(_members(element), timezone)
    if element.tag in ("container", "values"):
        return _map(element.children, timezone)
    value = _plain(element, timezone)
    if element.children:
        return {VALUE: value, CHILDREN: _map(element.children, timezone)}
    return value


def moment(raw: str, timezone: str) -> datetime | None:
    """Return an ISO 8601 text as a moment at UTC, in `timezone` if it names no zone; None if it is none."""
    try:
        parsed = datetime.fromisoformat(raw.strip())
        if parsed.tzinfo is not None:
            return parsed.astimezone(UTC)
        value: datetime = zoned_moments(pa.array([parsed.isoformat()]), timezone)[0].as_py()
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _members(element: Element) -> list[Element]:
    members: list[Element] = []
    for child in element.children:  # the standard has <values> inside <list>; older files leave it out
        members += child.children if child.tag == "values" else [child]
    return members


def _items(elements: list[Element], timezone: str) -> list[Attribute]:
    if all(element.key == LIST_ITEM for element in elements):
        return [value_of(element, timezone) for element in elements]
    return [{element.key: value_of(element, timezone)} for element in elements]


def _map(elements: list[Element], timezone: str) -> Attribute:
    if len({element.key for element in elements}) < len(elements):
        return [{element.key: value_of(element, timezone)} for element in elements]
    return {element.key: value_of(element, timezone) for element in elements}


def _plain(element: Element, timezone: str) -> Attribute:
    raw = element.raw
    match element.tag:
        case "id":
            return Identifier(raw)
        case "date":
            return _checked(moment(raw, timezone), faults.NO_MOMENT, element)
        case "int":
            return _checked(int(raw) if _WHOLE.fullmatch(raw) else None, faults.NO_WHOLE_NUMBER, element)
        case "float":
            return _checked(float(raw) if _NUMBER.fullmatch(raw) else None, faults.NO_NUMBER, element)
        case "boolean":
            return _checked(_BOOLEANS.get(raw.strip().lower()), faults.NO_BOOLEAN, element)
    return raw


def _checked(value: Attribute, fault: str, element: Element) -> Attribute:
    if value is None:
        raise ValueFaultError(fault, element)
    return value
