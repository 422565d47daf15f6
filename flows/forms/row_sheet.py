"""A list of a form as a sheet that people fill in, a row for each household or floor, and read back."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from pydantic import BaseModel

from eventlogs.language import Language, current_language, say
from flows.errors import Fault, RowSheetError
from flows.forms.forms import form
from flows.forms.sheet_read import RowFault, SheetRead

_KEYS = ("household", "floor")  # what a row is about: the first of these that it has
_PER_CENT = "percent"  # the field that is told in hundredths, with or without their sign
_IDENTITY = frozenset({"household", "floor", "area"})  # what the register says of it
_HEAD_WITHIN = 10  # rows, for a title may stand above the names of the columns
_FORMULA = ("=", "+", "-", "@")  # before these our own files put an apostrophe


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its name, its title in every language, and the words for each choice, where it has any."""

    name: str
    title: str
    titles: frozenset[str]
    choices: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True)
class RowSheet:
    """The sheet of a form's list.

    `given` are the rows that the list has anyway, None where it begins empty; `offered` are those that a file
    to be filled in begins with.
    """

    field: str
    title: str
    key: str
    columns: tuple[SheetColumn, ...]
    given: tuple[Mapping[str, Any], ...] | None
    offered: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(
        cls,
        step: type[BaseModel],
        field: str,
        given: Sequence[Mapping[str, Any]] | None = None,
        offered: Sequence[Mapping[str, Any]] = (),
    ) -> "RowSheet":
        """Return the sheet of a list of a step's form."""
        columns = tuple(_columns(step, field))
        key = next(name for name in _KEYS if name in {one.name for one in columns})
        title = form(step, current_language())["properties"][field]["title"]
        if given is None:
            return cls(field, title, key, columns, None, tuple(offered))
        return cls(field, title, key, columns, tuple(given), tuple(given))

    def filled(self) -> Iterator[list[str | None]]:
        """Yield the rows to be filled in, with the register's entries and what is proposed, in words."""
        for row in self.offered:
            yield [_word(one, row.get(one.name)) for one in self.columns]

    def read(self, lines: Sequence[Sequence[str]]) -> SheetRead:
        """Return what the rows of a file say, row numbers counted as a spreadsheet does."""
        return _Reading(self).read(lines)


class _Reading:
    """One reading of one file."""

    def __init__(self, sheet: RowSheet) -> None:
        self._sheet = sheet
        self._entries: dict[int, Mapping[str, Any]] = dict(enumerate(sheet.given or ()))
        self._places = {str(row[sheet.key]): place for place, row in self._entries.items()}
        self._rows: dict[int, int] = {}
        self._seen: dict[str, int] = {}
        self._faults: list[RowFault] = []
        self._n_signs = 0

    def read(self, lines: Sequence[Sequence[str]]) -> SheetRead:
        head, heads = self._head(lines)
        for number, line in enumerate(lines[head + 1 :], head + 2):
            cells = {name: _plain(line[place]) for name, place in heads.items() if place < len(line)}
            if any(cells.values()):
                self._row(number, cells)
        untold = tuple(mark for mark, place in self._places.items() if place not in self._rows)
        faults = tuple(self._faults)
        return SheetRead(self._sheet.field, self._entries, self._rows, faults, untold, n_signs=self._n_signs)

    def _head(self, lines: Sequence[Sequence[str]]) -> tuple[int, Mapping[str, int]]:
        for number, line in enumerate(lines[:_HEAD_WITHIN]):
            found = {
                one.name: place
                for place, cell in enumerate(line)
                for one in self._sheet.columns
                if _folded(cell) in one.titles
            }
            if self._sheet.key in found and len(found) > 1:
                return number, found
        raise RowSheetError(
            "no row names the columns of this form, which are {columns}; begin it with a row of these",
            columns=say(", ").join(one.title for one in self._sheet.columns),
        )

    def _row(self, number: int, cells: Mapping[str, str]) -> None:
        mark = cells[self._sheet.key]
        place = self._place(number, mark)
        if place is None:
            return
        before = self._entries.get(place, {})
        told = {
            one.name: self._value(number, place, one, cells[one.name])
            for one in self._sheet.columns
            if cells.get(one.name) and not (self._sheet.given is not None and one.name in _IDENTITY)
        }
        if self._sheet.given is not None:
            self._hold_against_register(number, place, before, cells)
        if told:
            self._entries[place] = {**before, **told}
            self._rows[place] = number

    def _place(self, number: int, mark: str) -> int | None:
        """Return the place of a row in the list; None, and a fault, for one that has none there."""
        if not mark:
            title = next(one.title for one in self._sheet.columns if one.name == self._sheet.key)
            self._tell(number, "", "{column} is missing", column=title)
            return None
        if mark in self._seen:
            self._tell(
                number,
                "",
                "{mark} stands in row {first} already; keep one",
                mark=mark,
                first=self._seen[mark],
            )
            return None
        self._seen[mark] = number
        if mark in self._places:
            return self._places[mark]
        if self._sheet.given is None:
            return len(self._entries)
        self._tell(
            number,
            "",
            "{mark} is none of this form's rows; right is one such as {known}",
            mark=mark,
            known=say(", ").join(list(self._places)[:3]),
        )
        return None

    def _hold_against_register(
        self, number: int, place: int, before: Mapping[str, Any], cells: Mapping[str, str]
    ) -> None:
        for one in self._sheet.columns:
            told, right = cells.get(one.name), before.get(one.name)
            if (
                one.name in _IDENTITY - {self._sheet.key}
                and told
                and right is not None
                and not _same(told, right)
            ):
                self._tell(
                    number,
                    f"{self._sheet.field}.{place}.{one.name}",
                    "{given} is not what the register says of {household}: {right}",
                    given=told,
                    household=before[self._sheet.key],
                    right=right,
                )

    def _value(self, number: int, place: int, column: SheetColumn, cell: str) -> str:
        if not column.choices:
            return cell if column.name == self._sheet.key else self._number(column, cell)
        found = column.words.get(_folded(cell))
        if found is None:
            self._tell(
                number,
                f"{self._sheet.field}.{place}.{column.name}",
                "{value} is not a choice; right is {expected}",
                value=repr(cell),
                expected=say(", ").join(column.choices.values()),
            )
        return cell if found is None else found

    def _number(self, column: SheetColumn, cell: str) -> str:
        plain = cell.replace(",", "").replace(" ", "")
        if column.name != _PER_CENT or not plain.endswith("%"):
            return plain
        self._n_signs += 1
        return plain.removesuffix("%")

    def _tell(self, row: int, place: str, text: str, **values: object) -> None:
        self._faults.append(RowFault(row, Fault(place, text, values)))


def _columns(step: type[BaseModel], field: str) -> Iterator[SheetColumn]:
    """Yield the columns of a list, its titles and choices gathered from its form in every language."""
    by_language = {language: _row_schema(step, field, language) for language in get_args(Language)}
    own = by_language[current_language()]
    for name, part in own.items():
        titles = {_folded(schema[name]["title"]) for schema in by_language.values()} | {name}
        words: dict[str, str] = {}
        for schema in by_language.values():
            for key, title in _choices(schema[name]):
                words |= {_folded(title): key, _folded(key): key}
        yield SheetColumn(name, part["title"], frozenset(titles), dict(_choices(part)), words)


def _row_schema(step: type[BaseModel], field: str, language: Language) -> Mapping[str, Any]:
    schema = form(step, language)
    name = schema["properties"][field]["items"]["$ref"].rpartition("/")[2]
    found: Mapping[str, Any] = schema["$defs"][name]["properties"]
    return found


def _choices(part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for option in (part, *part.get("anyOf", ())):
        yield from ((str(one["const"]), str(one["title"])) for one in option.get("oneOf", ()))


def _word(column: SheetColumn, value: object) -> str | None:
    return None if value is None else column.choices.get(str(value), str(value))


def _plain(cell: str) -> str:
    """Return a cell without blanks around it, full-width signs made plain."""
    text = unicodedata.normalize("NFKC", cell).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _folded(cell: str) -> str:
    return _plain(cell).casefold()


def _same(told: str, right: object) -> bool:
    try:
        return Decimal(told.replace(",", "")) == Decimal(str(right))
    except InvalidOperation:
        return told == str(right)
