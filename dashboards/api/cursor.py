"""Pages of a list: a cursor that says where the next one begins, opaque to its reader."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from flows.errors import Fault, StepRefusedError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Row]):
    """Some of a list, how many there are in all where that is known, and the cursor of what follows.

    `simulated` tells whether the projects it is about are no real ones; None where it is about no projects.
    """

    items: Sequence[Row]
    total: int | None
    next: str | None
    simulated: bool | None = None


def cursor_at(place: int) -> str:
    """Return the cursor of a place in a list.

    >>> place_of(cursor_at(200))
    200
    """
    return base64.urlsafe_b64encode(orjson.dumps([place])).decode().rstrip("=")


def place_of(cursor: str | None) -> int:
    """Return the place that a cursor stands for, the beginning without one; refuse what is no cursor."""
    if cursor is None:
        return 0
    try:
        found = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        found = None
    match found:
        case [int(place)] if not isinstance(place, bool) and 0 <= place < 2**62:
            return place
    raise StepRefusedError(
        "what was asked cannot be answered:",
        [Fault("cursor", "{value} is no cursor; take `next` of the page before", {"value": repr(cursor)})],
    )


def sliced(rows: Sequence[Row], cursor: str | None, limit: int) -> PageOf[Row]:
    """Return the page of a whole list that a cursor begins."""
    start = place_of(cursor)
    end = start + limit
    return PageOf(rows[start:end], len(rows), cursor_at(end) if end < len(rows) else None)
