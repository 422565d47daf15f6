"""The notes that our own exports carry in an OCEL file, held to their shape before anything trusts them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eventlogs.errors import ImportRefusedError


def read_notes(text: Any, path: Path) -> dict[str, Any]:
    """Return the notes written as JSON in `text`; raises `ImportRefusedError` where they are damaged."""
    try:
        return checked_notes(json.loads(text), path)
    except (TypeError, ValueError, RecursionError):
        raise _damaged(path) from None


def checked_notes(notes: Any, path: Path) -> dict[str, Any]:
    """Return notes that have their shape; raises `ImportRefusedError` where they have not."""
    try:
        good = isinstance(notes, dict) and all(_parts(notes))
    except (AttributeError, LookupError, OSError, TypeError, ValueError):
        good = False
    if not good:
        raise _damaged(path)
    found: dict[str, Any] = notes
    return found


def _parts(notes: dict[str, Any]) -> Iterator[bool]:
    """Yield for each part of the notes whether it has its shape; what raises has not."""
    yield isinstance(notes.get("case_type", ""), str)
    yield bool(ZoneInfo(notes.get("timezone", "UTC")))
    for part, kinds in notes.get("exact", {}).items():
        yield part in ("events", "objects")
        yield all(isinstance(name, str) for names in kinds.values() for name in list(names))
    for names in notes.get("columns", {}).values():
        yield all(isinstance(name, str) for name in names.values())


def _damaged(path: Path) -> ImportRefusedError:
    return ImportRefusedError(
        "{file}: the notes of its export, named retrofit, are damaged; take them out of the file, "
        "or get the whole file again",
        file=path.name,
    )
