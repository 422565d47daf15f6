"""Many work items at once, from a file: each on its own, the faults told by their lines."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from eventlogs.errors import EventLogError
from eventlogs.language import current_language, say
from eventlogs.storage import Ledger
from flows.forms.row_files import lines_of
from flows.project.acts import By
from flows.worklist import worklist


@dataclass(frozen=True)
class BulkFault:
    """A line that was refused, and why."""

    line: int
    work_item: str
    fault: str


@dataclass(frozen=True)
class BulkAnswer:
    """How many lines were recorded, and which were not."""

    recorded: list[str]
    refused: list[BulkFault]

    @property
    def exit_status(self) -> int:
        """1 where a line was refused."""
        return 1 if self.refused else 0

    def as_text(self) -> str:
        """Return the counts and a line for each refusal."""
        lines = [
            say("recorded {n} of {all}", n=len(self.recorded), all=len(self.recorded) + len(self.refused))
        ]
        lines += [
            say("line {line}, {item}: {fault}", line=one.line, item=one.work_item, fault=one.fault)
            for one in self.refused
        ]
        return "\n".join(lines)


def complete_many(ledger: Ledger, log: str, file: Path, by: By) -> BulkAnswer:
    """Complete the work items of a JSON file, a list of objects with `work_item` and `data`."""

    def deed(item: str, row: Mapping[str, Any]) -> None:
        data = row.get("data") or {}
        if not isinstance(data, dict):
            raise EventLogError('data must be one object of fields, such as {"passed": true}')
        worklist.complete(ledger, log, item, data, by)

    return _each(_json_rows(file), deed)


def assign_many(ledger: Ledger, log: str, file: Path, by: By) -> BulkAnswer:
    """Assign the work items of a CSV or Excel file with the columns `work_item` and `to`."""

    def deed(item: str, row: Mapping[str, Any]) -> None:
        if not item:
            raise EventLogError("the row names no work item (work_item)")
        if not row["to"]:
            raise EventLogError("the row does not say into whose hands (to)")
        worklist.assign(ledger, log, item, row["to"], by)

    return _each(_table_rows(file), deed)


def _each(
    rows: Iterator[tuple[int, Mapping[str, Any]]], deed: Callable[[str, Mapping[str, Any]], None]
) -> BulkAnswer:
    recorded, refused = [], []
    for line, row in rows:
        item = str(row.get("work_item", ""))
        try:
            deed(item, row)
        except EventLogError as error:
            refused.append(BulkFault(line, item, error.in_language(current_language())))
        else:
            recorded.append(item)
    return BulkAnswer(recorded, refused)


def _json_rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        rows = json.loads(file.read_text("utf-8"), parse_float=str)
    except (OSError, ValueError) as error:
        raise EventLogError("{file} is not readable as JSON: {reason}", file=file, reason=error) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise EventLogError("{file} must hold a list of objects with work_item and data", file=file)
    return iter(enumerate(rows, 1))


def _table_rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        head, *rows = lines_of(file.name, file.read_bytes()) or [[]]
    except OSError as error:
        raise EventLogError("{file} cannot be read: {reason}", file=file, reason=error) from error
    columns = [name.strip().lower() for name in head]
    if not {"work_item", "to"} <= set(columns):
        raise EventLogError("{file} needs the columns work_item and to", file=file)
    for line, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            yield line, dict(zip_longest(columns, (cell.strip() for cell in row), fillvalue=""))
