"""An Excel workbook opened and read row by row; one that is damaged, or a trap, is refused in a sentence."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from eventlogs.errors import ImportRefusedError
from eventlogs.system_faults import LibraryFault

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # how .xls begins, and a workbook under a password
_LARGEST = 2 << 30  # bytes unpacked
_TIGHTEST = 200  # unpacked bytes to a packed one, beyond which a file is a trap and not a table
# what openpyxl, which has no error of its own, raises over parts that are damaged or do not fit each other
_BROKEN = (
    *(AttributeError, EOFError, LookupError, NotImplementedError, OSError, OverflowError),
    *(RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error),
)
_SHEETS = "xl/worksheets/"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PER_CENT = re.compile(r"""^([^"\\%]|"[^"]*"|\\.)*%""")  # a sign of per cent that is no mere text
_BLOCK = 1 << 20
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class NoResult:
    """In the place of a value: the cell has a formula, but its program has not stored what it comes to."""

    cell: str  # such as C5


@dataclass(frozen=True)
class Workbook:
    """An open workbook; `formulas` is the same once more, opened for those, if some sheet has any."""

    path: Path
    _cells: Any
    _formulas: Any = None

    @property
    def titles(self) -> list[str]:
        """The names of its sheets."""
        return [sheet.title for sheet in self._cells.worksheets]

    def rows(self, title: str, *, as_shown: bool = False) -> Iterator[_Row]:
        """Yield the rows of a sheet as values; `as_shown`, numbers in a format of per cent are "45%"."""
        value = _as_shown if as_shown else _value
        try:
            if self._formulas is not None:
                yield from self._with_formulas(title, value)
            else:
                yield from self._plain(title, value)
        except _BROKEN as error:
            raise _refusal(self.path, error) from None

    def _plain(self, title: str, value: Callable[[Any], Any]) -> Iterator[_Row]:
        if value is _value:
            return map(tuple, self._cells[title].iter_rows(values_only=True))
        return (tuple(map(value, cells)) for cells in self._cells[title].iter_rows())

    def _with_formulas(self, title: str, value: Callable[[Any], Any]) -> Iterator[_Row]:
        both = zip(
            self._cells[title].iter_rows(), self._formulas[title].iter_rows(values_only=True), strict=True
        )
        for cells, written in both:
            yield tuple(
                NoResult(cell.coordinate) if _lacks_result(cell, formula) else value(cell)
                for cell, formula in zip(cells, written, strict=True)
            )


@contextmanager
def opened_workbook(stream: BinaryIO, path: Path, *, values: bool = True) -> Iterator[Workbook]:
    """Open a workbook to read only; with `values`, formulas are what they last came to, or `NoResult`."""
    _check_parts(stream, path)
    with ExitStack() as opened:
        try:
            cells = _opened(stream, opened, values=values)
            formulas = _opened(stream, opened, values=False) if values and _has_formulas(stream) else None
        except _BROKEN as error:
            raise _refusal(path, error) from None
        yield Workbook(path, cells, formulas)


def refuse_without_result(row: _Row, path: Path) -> None:
    """Refuse a row in which a formula has no result."""
    for cell in row:
        if isinstance(cell, NoResult):
            raise ImportRefusedError(
                "{file}: the formula in {cell} has no stored result; open the file in Excel or WPS, save it "
                "there, and take it again",
                file=path.name,
                cell=cell.cell,
            )


def refuse_old_workbook(start: bytes, path: Path) -> None:
    """Refuse a workbook of before 2007, or one under a password, by how it begins."""
    if start.startswith(OLD_WORKBOOK):
        raise ImportRefusedError(
            "{file} is an old Excel file (.xls) or is under a password; open it in Excel or WPS, save it as "
            ".xlsx without a password, and take that",
            file=path.name,
        )


def _opened(stream: BinaryIO, opened: ExitStack, *, values: bool) -> Any:
    import openpyxl

    # it warns, while opening and while reading rows, of styles and other things that are no data
    warnings.filterwarnings("ignore", module=r"openpyxl\.")
    book = openpyxl.load_workbook(stream, read_only=True, data_only=values)
    opened.callback(book.close)
    return book


def _value(cell: Any) -> Any:
    return cell.value


def _as_shown(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not _PER_CENT.match(cell.number_format):
        return value
    return f"{(Decimal(repr(value)) * 100).normalize():f}%"


def _lacks_result(cell: Any, formula: object) -> bool:
    """Tell whether a cell has a formula and no result; an empty text is one, of the type `str`."""
    return cell.value is None and formula is not None and cell.data_type != "str"


def _has_formulas(stream: BinaryIO) -> bool:
    with zipfile.ZipFile(stream) as packed:
        return any(_holds_formula(packed, name) for name in packed.namelist() if name.startswith(_SHEETS))


def _holds_formula(packed: zipfile.ZipFile, name: str) -> bool:
    before = b""
    with packed.open(name) as part:
        while block := part.read(_BLOCK):
            if _FORMULA.search(before + block):
                return True
            before = block[-32:]
    return False


def _refusal(path: Path, error: Exception) -> ImportRefusedError:
    return ImportRefusedError(
        "{file} is no Excel workbook: {reason}; save it again as .xlsx",
        file=path,
        reason=LibraryFault((str(error).splitlines() or [type(error).__name__])[0]),
    )


def _check_parts(stream: BinaryIO, path: Path) -> None:
    """Refuse what is packed as a workbook but is none, or would unpack to more than any event log needs."""
    try:
        with zipfile.ZipFile(stream) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ImportRefusedError(
            "{file} is no whole Excel workbook: its packing is damaged or ends early; get it again", file=path
        ) from None
    finally:
        stream.seek(0)
    unpacked = sum(it.file_size for it in parts)
    packed_size = sum(it.compress_size for it in parts) or 1
    if unpacked > _LARGEST or (unpacked > _LARGEST // 16 and unpacked / packed_size > _TIGHTEST):
        raise ImportRefusedError(
            "{file} unpacks to {mb} MB, more than is let in; save the table as CSV and import that",
            file=path,
            mb=unpacked >> 20,
        )
    if not any(it.filename.startswith(_SHEETS) and it.filename.endswith(".xml") for it in parts):
        raise ImportRefusedError(
            "{file} is packed like an Excel workbook but is none, such as a table of LibreOffice (.ods), a "
            "text document or an archive; save the table as .xlsx or .csv and take that",
            file=path.name,
        )
