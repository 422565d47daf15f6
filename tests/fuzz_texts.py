"""TOML files made odd: in their structure, or in their characters."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from random import Random
from typing import Any

from fuzz_values import odd_bytes, odd_tree


def odd_toml(valid: str, dice: Random) -> bytes:
    """Return a TOML file made odd from a valid one."""
    if dice.random() < 0.3:
        return odd_bytes(valid.encode(), dice)
    tree = odd_tree(tomllib.loads(valid), dice)
    try:
        return _toml(tree if isinstance(tree, dict) else {"odd": tree}).encode("utf-8", "replace")
    except RecursionError:
        return b"odd = " + b"[" * 5000


def _toml(tree: Mapping[Any, Any]) -> str:
    """Write a tree as TOML, with every table inline."""
    return "".join(f"{_text(str(key))} = {_value(value)}\n" for key, value in tree.items())


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float() | date() | datetime() | time():
            return str(value).replace("e+", "e")
        case dict():
            inside = ", ".join(f"{_text(str(key))} = {_value(inner)}" for key, inner in value.items())
            return f"{{ {inside} }}"
        case list() | tuple():
            return f"[{', '.join(_value(inner) for inner in value if inner is not None)}]"
    return _text("" if value is None else str(value))


def _text(text: str) -> str:
    escaped = "".join(
        sign if sign >= " " and sign not in '"\\\x7f' else f"\\u{ord(sign):04x}" for sign in text[:5000]
    )
    return f'"{escaped}"'
