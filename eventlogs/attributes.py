"""Attribute values as JSON that keeps every type: whole numbers, decimals, moments, identifiers, lists, maps.

JSON has no moments, no identifiers and no infinite numbers; those are objects with one tagged member:
`{"$time": iso}`, `{"$id": text}`, `{"$float": "nan"}`, `{"$int": digits}` beyond 64 bits, and `{"$map": …}`
around a map that has such a member itself.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from eventlogs.errors import EventLogError
from eventlogs.events import Attribute

_PLAIN = frozenset({str, int, bool, type(None)})
_TAGGED = frozenset({"$time", "$id", "$float", "$int", "$map"})


class Identifier(str):
    """An attribute value of the XES type `id`; elsewhere it is a string."""

    __slots__ = ()


def encode(attributes: Mapping[str, Attribute]) -> str:
    """Return attributes by name as a JSON object.

    >>> encode({"floor": 6, "share": 0.5, "seen": datetime(2024, 5, 1)})
    '{"floor":6,"share":0.5,"seen":{"$time":"2024-05-01T00:00:00"}}'
    """
    if not attributes:
        return "{}"
    if all(type(value) in _PLAIN for value in attributes.values()):
        try:
            return orjson.dumps(attributes).decode()
        except orjson.JSONEncodeError:
            pass  # a number beyond 64 bits, or text that no encoding can hold: the slow way tells
    return _dumps({name: _tagged(value) for name, value in attributes.items()})


def decode(text: str) -> dict[str, Attribute]:
    """Return the attributes that `encode` wrote.

    >>> decode('{"seen":{"$time":"2024-05-01T00:00:00"}}')
    {'seen': datetime.datetime(2024, 5, 1, 0, 0)}
    """
    attributes: dict[str, Any] = orjson.loads(text)
    if '"$' not in text:
        return attributes
    return {name: _untagged(value) for name, value in attributes.items()}


def encode_value(value: Attribute) -> str:
    """Return one attribute value as JSON."""
    return _dumps(_tagged(value))


def decode_value(text: str) -> Attribute:
    """Return the value that `encode_value` wrote; raises `ValueError` for text that it did not."""
    value: Attribute = orjson.loads(text)
    return _untagged(value) if '"$' in text else value


def _dumps(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        raise EventLogError(
            "an attribute value cannot be kept: {reason}; values are text, numbers, moments, lists and maps",
            reason=error,
        ) from error


def _tagged(value: Any) -> object:
    kind = type(value)
    if kind is float:
        return value if value - value == 0 else {"$float": str(value)}
    if kind is int:
        return value if -(2**63) <= value < 2**63 else {"$int": str(value)}
    if isinstance(value, Identifier):
        return {"$id": str(value)}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    if isinstance(value, Mapping):
        return _tagged_map(value)
    return value


def _tagged_map(value: Mapping[str, Any]) -> object:
    members = {name: _tagged(member) for name, member in value.items()}
    return {"$map": members} if len(members) == 1 and not _TAGGED.isdisjoint(members) else members


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    tag = next(iter(value)) if len(value) == 1 else ""
    if tag not in _TAGGED:
        return {name: _untagged(member) for name, member in value.items()}
    if not isinstance(value[tag], dict if tag == "$map" else str):
        raise ValueError(value)  # noqa: TRY004 - as for a text that is no moment or number
    return _UNTAG[tag](value[tag])


def _untagged_map(members: dict[str, Any]) -> dict[str, Any]:
    return {name: _untagged(member) for name, member in members.items()}


_UNTAG: dict[str, Callable[[Any], Any]] = {
    "$time": datetime.fromisoformat,
    "$id": Identifier,
    "$float": float,
    "$int": int,
    "$map": _untagged_map,
}
