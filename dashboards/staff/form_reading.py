"""What a form sent, put together again as the data of its step."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboards.staff.form_fields import Field, Kind

_TYPED_AS_DIGITS: frozenset[Kind] = frozenset({"integer", "decimal", "day"})


def data_of(fields: Iterable[Field], sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the entered data: what was left empty is left out, full-width digits are digits."""
    found: dict[str, Any] = {}
    for one in fields:
        value = _value(one, sent)
        if value is not None:
            found[one.last] = value
    return found


def _value(one: Field, sent: Mapping[str, Sequence[str]]) -> Any:
    if one.kind == "group":
        return data_of(one.rows[0].fields, sent) or None
    if one.kind == "rows":
        return _rows(one, sent)
    given = [text.strip() for text in sent.get(one.name, ())]
    if one.kind == "choices":
        return given if given or one.needed else None
    text = given[0] if given else ""
    if not text:
        return [] if one.kind == "lines" and one.needed else None
    if one.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if one.kind == "yes_no":
        return {"yes": True, "no": False}.get(text, text)
    return plain_digits(text) if one.kind in _TYPED_AS_DIGITS else text


def _rows(one: Field, sent: Mapping[str, Sequence[str]]) -> Any:
    """Return the rows that were sent, in their order, whatever their numbers, leaving out empty ones."""
    numbers = {
        int(number)
        for name in sent
        if name.startswith(f"{one.name}.")
        and re.fullmatch("[0-9]{1,6}", number := name[len(one.name) + 1 :].split(".")[0])
    }
    example = one.pattern or (one.rows[0] if one.rows else None)
    if example is None:
        return [] if one.needed else None
    rows = [data_of(_numbered(example.fields, one.name, example.number, n), sent) for n in sorted(numbers)]
    full = [row for row in rows if row]
    return full if full or one.needed else None


def _numbered(fields: Iterable[Field], name: str, before: str, number: int) -> list[Field]:
    start, right = f"{name}.{before}.", f"{name}.{number}."
    return [replace(one, name=right + one.name[len(start) :]) for one in fields]


def plain_digits(text: str) -> str:
    """Return a number or day typed with a Chinese input method in plain digits.

    >>> plain_digits("３６．５"), plain_digits("1,200")
    ('36.5', '1200')
    """
    return unicodedata.normalize("NFKC", text).replace(",", "").replace("，", "").strip()
