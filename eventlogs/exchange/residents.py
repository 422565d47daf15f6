"""Residents' names in an export that was asked to have them: put in place of their pseudonyms, row by row."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from eventlogs.privacy.identity import PSEUDONYM, Identity

_JSON = frozenset(
    {"attributes", "case_attributes", "evidence", "value"}
)  # columns and members that hold JSON


class Residents:
    """The names to be shown by pseudonym; of people of one name each keeps the pseudonym beside it."""

    def __init__(self, identities: Mapping[str, Identity] | None = None) -> None:
        people = identities or {}
        bearers = Counter(it.name for it in people.values())
        self._names = {
            pseudonym: it.name if bearers[it.name] == 1 else f"{it.name} ({pseudonym})"
            for pseudonym, it in people.items()
        }
        self.shown: set[str] = set()  # the pseudonyms replaced so far

    def named(self, column: str, values: list[Any]) -> list[Any]:
        """Return a column's values with names in place of pseudonyms."""
        if not self._names:
            return values
        return [self._named(column, value) for value in values]

    def _named(self, column: str, value: Any) -> Any:
        if isinstance(value, str) and "P-" in value:
            return PSEUDONYM.sub(lambda match: self._name(match[0], column in _JSON), value)
        if isinstance(value, list):
            return [self._named(column, item) for item in value]
        if isinstance(value, dict):
            return {name: self._named(name, member) for name, member in value.items()}
        return value

    def _name(self, pseudonym: str, in_json: bool) -> str:
        name = self._names.get(pseudonym)
        if name is None:
            return pseudonym
        self.shown.add(pseudonym)
        return orjson.dumps(name).decode()[1:-1] if in_json else name
