"""Files with a row for each household of a project: which steps take one, and what a file comes to there."""

from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from eventlogs.exchange.tables.csv_dialect import text_rows
from eventlogs.exchange.tables.workbook import opened_workbook, refuse_old_workbook, refuse_without_result
from eventlogs.storage import Ledger
from flows.errors import Fault, FaultsError, Named, RowSheetError, StepRefusedError
from flows.forms.forms import entered
from flows.forms.row_sheet import RowSheet
from flows.forms.sheet_read import SheetRead
from flows.process.history import CaseHistory
from flows.process.processes import policy_of, process_of
from flows.project.acts import By, circumstances, step_class_of
from flows.project.advance import read_project
from flows.worklist.listing import utc_now
from flows.worklist.work_card import proposed

LISTED = ("ballots", "wishes", "amounts", "shares")  # lists that have a row for each of the register
MOST_ROWS = 2_000


def lines_of(name: str, content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of a small file, CSV in any usual encoding or Excel, as text."""
    path = Path(name)
    refuse_old_workbook(content, path)
    if content.startswith(b"PK\x03\x04"):
        with opened_workbook(BytesIO(content), path) as book:
            found = [_texts(row, path) for row in book.rows(book.titles[0], as_shown=True)]
    else:
        found = text_rows(content, path)
    if len(found) > MOST_ROWS:
        raise RowSheetError("{name} has more than {most} rows; part it", name=name, most=MOST_ROWS)
    return found


def sheet_of(history: CaseHistory, activity: str) -> RowSheet | None:
    """Return the sheet of a step's form; None for a form that asks for no list of the register."""
    process = process_of(history)
    step = step_class_of(process, activity)
    field = next((name for name in LISTED if name in step.model_fields), None)
    if field is None:
        return None
    suggested = proposed(process, policy_of(history), history, activity)
    register = [{"household": mark} for mark in history.households]
    return RowSheet.of(step, field, suggested.get(field), register)


def read_rows(
    history: CaseHistory, activity: str, name: str, content: bytes, data: Mapping[str, Any]
) -> SheetRead:
    """Return what a file says for a step's list, with all that would be refused in its rows.

    `data` is what else is entered. Raises `RowSheetError` for a step without such a list and for a file
    without its columns.
    """
    sheet = sheet_of(history, activity)
    if sheet is None:
        raise RowSheetError(
            "{step} asks for no list with a row for each household",
            step=Named(activity, process_of(history).word(activity)),
        )
    read = sheet.read(lines_of(name, content))
    process = process_of(history)
    at = circumstances(
        process, policy_of(history), history, activity, By("", utc_now()), history.next_occurrence(activity)
    )
    try:
        entered(step_class_of(process, activity), {**data, sheet.field: read.whole()}, at)
    except FaultsError as error:
        return read.with_faults(error.faults)
    return read


def data_with_rows(
    ledger: Ledger, log: str, case_id: str, activity: str, file: Path, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a step's data with its list from a file; refuse the file with every faulty row."""
    history = read_project(ledger, log, case_id)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RowSheetError("{file} cannot be read: {reason}", file=file, reason=error) from error
    read = read_rows(history, activity, file.name, content, data)
    if read.faults:
        faults = [Fault("", "row {n}: {reason}", {"n": one.row, "reason": one}) for one in read.faults]
        raise StepRefusedError("{file} is refused:", faults, file=file)
    return {**data, read.field: read.told()}


def _texts(row: tuple[Any, ...], path: Path) -> list[str]:
    refuse_without_result(row, path)
    return [_text(cell) for cell in row]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
