"""An Excel workbook opened and read row by row; one that is damaged, or a trap, is refused in a sentence."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from eventlogs.errors import ImportRefusedError

_LARGEST = 2 << 30  # bytes unpacked
_TIGHTEST = 200  # unpacked bytes to a packed one, beyond which a file is a trap and not a table
# what openpyxl, which has no error of its own, raises over parts that are damaged or do not fit each other
_BROKEN = (
    *(AttributeError, EOFError, LookupError, NotImplementedError, OSError, OverflowError),
    *(RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error),
)
_Row = tuple[Any, ...]


@contextmanager
def opened_workbook(stream: BinaryIO, path: Path, *, values: bool = True) -> Iterator[Any]:
    """Open a workbook to read only; with `values`, formulas are read as what they last came to."""
    _check_size(stream, path)
    import openpyxl

    # it warns, while opening and while reading rows, of styles and other things that are no data
    warnings.filterwarnings("ignore", module=r"openpyxl\.")
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=values)
    except _BROKEN as error:
        raise _refusal(path, error) from None
    try:
        yield book
    finally:
        book.close()


def rows_of(sheet: Any, path: Path) -> Iterator[_Row]:
    """Yield the rows of a sheet as values."""
    try:
        rows = sheet.iter_rows(values_only=True)
        while (row := next(rows, None)) is not None:
            yield tuple(row)
    except _BROKEN as error:
        raise _refusal(path, error) from None


def _refusal(path: Path, error: Exception) -> ImportRefusedError:
    return ImportRefusedError(
        "{file} is no Excel workbook: {reason}; save it again as .xlsx",
        file=path,
        reason=(str(error).splitlines() or [type(error).__name__])[0],
    )


def _check_size(stream: BinaryIO, path: Path) -> None:
    """Refuse a workbook that would unpack to more than any event log needs."""
    try:
        with zipfile.ZipFile(stream) as packed:
            sizes = [(it.file_size, it.compress_size) for it in packed.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ImportRefusedError(
            "{file} is no whole Excel workbook: its packing is damaged or ends early; get it again", file=path
        ) from None
    finally:
        stream.seek(0)
    unpacked = sum(size for size, _ in sizes)
    packed_size = sum(size for _, size in sizes) or 1
    if unpacked > _LARGEST or (unpacked > _LARGEST // 16 and unpacked / packed_size > _TIGHTEST):
        raise ImportRefusedError(
            "{file} unpacks to {mb} MB, more than is let in; save the table as CSV and import that",
            file=path,
            mb=unpacked >> 20,
        )
