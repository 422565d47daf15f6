"""One table of a normative model's file, its values taken one by one and checked."""

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from eventlogs.errors import EventLogError
from eventlogs.language import say
from mining.normative.model import LAYERS, Layer


class NormativeModelError(EventLogError):
    """A file is not a normative model."""


class CheckedTable:
    """One table of a model file; each value is taken once, and what is left over is refused."""

    def __init__(self, file: str, name: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.name = name
        self._content = dict(content)
        self._known: list[str] = []  # the keys that were asked for

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text."""
        value = self._take(key, default)
        self.must(isinstance(value, str) and bool(value or default == ""), key, value, say("a text"))
        return str(value)

    def words(self, key: str, known: Sequence[str] | None = None, *, needed: bool = False) -> tuple[str, ...]:
        """Take a text or a list of texts, each one of `known`."""
        value = self._take(key, [])
        words = [value] if isinstance(value, str) else value
        right = isinstance(words, list) and all(isinstance(word, str) and word for word in words)
        self.must(right and bool(words or not needed), key, value, say("a text or a list of texts"))
        for word in words:
            self.known(key, word, known)
        return tuple(words)

    def word(self, key: str, known: Sequence[str] | None) -> str:
        """Take a text that is one of `known`."""
        value = self.text(key)
        self.known(key, value, known)
        return value

    def truth(self, key: str) -> bool:
        """Take true or false; false where it is left out."""
        value = self._take(key, False)
        self.must(isinstance(value, bool), key, value, say("true or false"))
        return bool(value)

    def day(self, key: str) -> date:
        """Take a date."""
        value = self._take(key, None)
        self.must(type(value) is date, key, value, say("a date such as 2025-12-31"))
        assert isinstance(value, date)
        return value

    def table(self, key: str) -> "CheckedTable | None":
        """Take an inline table, if there is one."""
        value = self._take(key, None)
        self.must(value is None or isinstance(value, dict), key, value, say("a table in braces"))
        return None if value is None else CheckedTable(self.file, f"{self.name}.{key}", value)

    def tables(self, key: str) -> "list[CheckedTable]":
        """Take a list of inline tables."""
        value = self._take(key, None)
        right = isinstance(value, list) and all(isinstance(one, dict) for one in value)
        self.must(right, key, value, say("a list of tables in braces"))
        return [CheckedTable(self.file, f"{self.name}.{key}", one) for one in value or []]

    def layer(self) -> Layer:
        """Return the one layer that the table names."""
        found = [layer for layer in LAYERS if layer in self._content]
        if len(found) != 1:
            raise NormativeModelError(
                "{file}: {table} must name exactly one of {keys}",
                file=self.file,
                table=self.name,
                keys=", ".join(LAYERS),
            )
        return found[0]

    def end(self) -> None:
        """Refuse what was not taken."""
        for key in self._content:
            known = list(dict.fromkeys(self._known))
            self._refuse_key(key, get_close_matches(key, known, n=3, cutoff=0.5) or known)

    def known(self, key: str, word: str, known: Sequence[str] | None) -> None:
        """Refuse a word that is not one of `known`."""
        if known is not None and word not in known:
            near = get_close_matches(word, known, n=3, cutoff=0.5)
            self.must(False, key, word, say("one of {keys}", keys=", ".join(near or known)))

    def must(self, holds: bool, key: str, value: object, right: str) -> None:
        """Refuse a wrong value."""
        if not holds and value is None:
            for misspelt in get_close_matches(key, self._content, n=1, cutoff=0.75):
                self._refuse_key(misspelt, [key])
            raise NormativeModelError(
                "{file}: {table}: '{key}' is missing; right would be: {right}",
                file=self.file,
                table=self.name,
                key=key,
                right=right,
            )
        if not holds:
            raise NormativeModelError(
                "{file}: {table}: '{key}' is {value}; right would be: {right}",
                file=self.file,
                table=self.name,
                key=key,
                value=repr(value),
                right=right,
            )

    def _take(self, key: str, default: Any) -> Any:
        self._known.append(key)
        return self._content.pop(key, default)

    def _refuse_key(self, key: str, known: Sequence[str]) -> None:
        raise NormativeModelError(
            "{file}: {table}: unknown key '{key}'; known are {known}",
            file=self.file,
            table=self.name,
            key=key,
            known=", ".join(known),
        )
