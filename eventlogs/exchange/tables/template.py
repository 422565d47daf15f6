"""An Excel workbook for offices without a system to export from: filled in, it is imported without options.

The first sheet is to be filled in, the second says what belongs into each column and shows an example. A
hidden sheet marks the workbook as ours; the vocabulary's labels in it, Chinese or English, are its keys.
"""

import tomllib
import zipfile
import zlib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, Literal

from eventlogs.errors import EventLogError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.language import Language, current_language, say
from eventlogs.vocabulary import Kind, terms

MARK = "retrofit template"  # the name of the hidden sheet
ROWS = 5_000  # that have lists to choose from
_MARKED = b'name="retrofit template"'
Filling = Literal["text", "moment", "number"]


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of the template, in one language."""

    header: str
    meaning: str
    example: str | int
    needed: bool
    filling: Filling
    kind: Kind | None  # whose labels may be chosen


@dataclass(frozen=True, slots=True)
class TemplateWritten:
    """Where a template was written."""

    file: str

    def as_text(self) -> str:
        """Return what to do with it."""
        return say(
            "{file}: fill in the first sheet, a row for each event; then retrofit log import {name}",
            file=self.file,
            name=Path(self.file).name,
        )


def template_columns(language: Language | None = None) -> tuple[TemplateColumn, ...]:
    """Return the columns of the template in `language`, or in the current one."""
    chosen = language or current_language()
    return tuple(
        TemplateColumn(
            column["header"][chosen],
            column["meaning"][chosen],
            column["example"][chosen],
            column.get("needed", False),
            column.get("filling", "text"),
            column.get("kind"),
        )
        for column in _described()
    )


@cache
def _described() -> list[dict[str, Any]]:
    text = (files("eventlogs.exchange.tables") / "template.toml").read_text("utf-8")
    columns: list[dict[str, Any]] = tomllib.loads(text)["column"]
    return columns


def write_template(path: Path) -> TemplateWritten:
    """Write an empty template in the current language; a file that is there is left alone."""
    from eventlogs.exchange.tables.template_writer import write_workbook

    if path.suffix.lower() != ".xlsx":
        raise EventLogError("{file} must end in .xlsx, as Excel workbooks do", file=path)
    try:
        with path.open("xb") as file:
            write_workbook(file, template_columns())
    except FileExistsError:
        raise EventLogError("{file} is there already; name another file", file=path) from None
    except OSError as error:
        raise EventLogError("{file} cannot be written: {reason}", file=path, reason=error) from None
    return TemplateWritten(str(path))


def is_template(file: BinaryIO | Path) -> bool:
    """Tell whether a workbook carries the mark."""
    try:
        with zipfile.ZipFile(file) as packed, packed.open("xl/workbook.xml") as part:
            return _MARKED in part.read(1 << 20)  # a trap unpacks to more
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError, ValueError):
        return False  # damaged: the reader of any table tells it better


def with_template(chosen: ImportChoices, path: Path) -> ImportChoices:
    """Return the choices for a template: its first sheet, labels as keys; those made by hand overrule."""
    words = {kind: _keys(kind) for kind in ("activities", "roles", "outcomes")}
    return replace(
        chosen,
        sheet=chosen.sheet or _first_sheet(path),
        activity_labels=words["activities"] | dict(chosen.activity_labels),
        role_labels=words["roles"] | dict(chosen.role_labels),
        outcome_labels=words["outcomes"] | dict(chosen.outcome_labels),
    )


def _keys(kind: Kind) -> dict[str, str]:
    return {label: key for key, term in terms(kind).items() for label in (term.zh, term.en)}


def _first_sheet(path: Path) -> str:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        return str(book.sheetnames[0])
    finally:
        book.close()
