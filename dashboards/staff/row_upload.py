"""The rows of a form's list as a file: offered to be filled in, and looked at before anything is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile

from dashboards.refusal import as_sentence
from dashboards.staff.item_form import faults_by_place
from dashboards.tables import Column, Table
from eventlogs.errors import EventLogError
from flows.forms.row_files import read_rows
from flows.forms.row_sheet import RowSheet
from flows.forms.sheet_read import SheetRead
from flows.papers.sent_files import refuse_size, safe_name
from flows.process.history import CaseHistory

if TYPE_CHECKING:
    from dashboards.staff.item_view import Attempt


@dataclass(frozen=True)
class FromFile:
    """What a file came to: how many rows fill in the form, which are faulty, who is not told of.

    `n_signs` is how many of its numbers have a sign of per cent.
    """

    name: str
    n_rows: int
    faults: tuple[str, ...]
    untold: tuple[str, ...]
    n_signs: int

    @classmethod
    def of(cls, name: str, read: SheetRead) -> "FromFile":
        """Return what a reading came to."""
        faults = tuple(one.as_text() for one in read.faults)
        return cls(name, len(read.rows), faults, read.untold, read.n_signs)


def rows_table(sheet: RowSheet) -> Table:
    """Return a sheet as a table to take away and fill in."""
    columns = [Column(one.title, choices=tuple(one.choices.values())) for one in sheet.columns]
    return Table("rows", sheet.title, columns, list(sheet.filled()))


def sent_file(files: Sequence[UploadFile]) -> tuple[str, bytes]:
    """Return name and content of the file that was sent; refuse none, an empty and a large one."""
    if not files:
        raise EventLogError("Choose a file first.")
    name, content = files[0].filename or "", files[0].file.read()
    refuse_size(name, content)
    return safe_name(name), content


def looked_at(
    history: CaseHistory, activity: str, files: Sequence[UploadFile], attempt: "Attempt"
) -> "Attempt":
    """Return a step's form filled in from a file, with every faulty row; nothing is recorded."""
    try:
        name, content = sent_file(files)
        read = read_rows(history, activity, name, content, attempt.data)
    except EventLogError as error:
        return replace(attempt, refused=as_sentence(error))
    return replace(
        attempt,
        data={**attempt.data, read.field: read.whole()},
        faults=faults_by_place([*(one.fault for one in read.faults), *read.of_list]),
        from_file=FromFile.of(name, read),
    )
