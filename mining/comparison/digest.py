"""The digest by which a comparison is known again, and what to type to repeat it.

The digest is of every number, name and word of the answer except how it was made, numbers to six digits:
sums taken in another order on another machine differ beyond the tenth.
"""

import hashlib
import json
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from typing import Any

from mining.comparison.answer import Rerun

VERSIONS = ("retrofit-engine", "duckdb", "numpy", "scipy", "scikit-learn", "lifelines", "pot", "pm4py")
_DIGITS = 6
_MADE = ("rerun", "supposed")  # what is supposed shows in the numbers


def rerun(command: str, answer: object) -> Rerun:
    """Return how to repeat an answer."""
    versions = tuple((package, version(package)) for package in VERSIONS)
    return Rerun(command, versions, digest(answer))


def digest(answer: object) -> str:
    """Return the digest of an answer in 16 signs.

    >>> digest((1 / 3, "a")) == digest((0.33333333334, "a"))
    True
    """
    text = json.dumps(_plain(answer), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.name not in _MADE
        }
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    return value
