"""The JSON schema of an answer, from its dataclass, exactly as `json_text` writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    Path: {"type": "string"},
    bytes: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "string"},
    timedelta: {"type": "number", "description": "seconds"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    NoneType: {"type": "null"},
}


def schema_of(kind: Any) -> Schema:
    """Return the schema of a type; what may hold anything is left open.

    >>> schema_of(list[int | None])
    {'type': 'array', 'items': {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}}
    """
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return {"anyOf": [schema_of(part) for part in parts]}
    if origin is Literal:
        return {"enum": list(parts)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(parts[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence | set | frozenset):
        return {"type": "array", "items": schema_of(parts[0])}
    return _of_fields(kind) if is_dataclass(kind) and isinstance(kind, type) else {}


def page_schema(kind: Any) -> Schema:
    """Return the schema of one page of a list of `kind`."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": schema_of(kind)},
            "total": {"type": ["integer", "null"]},
            "next": {"type": ["string", "null"]},
            "simulated": {"type": ["boolean", "null"]},
        },
        "required": ["items", "total", "next", "simulated"],
    }


def _of_fields(kind: type) -> Schema:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return {
        "title": kind.__name__,
        "type": "object",
        "properties": {name: schema_of(hints[name]) for name in names},
        "required": names,
    }
