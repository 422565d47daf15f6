"""Columns put aside in a file without a name, so that a long log needs no more memory than a short one."""

import tempfile
from collections.abc import Iterable
from errno import ENOSPC
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import duckdb
import numpy as np
import numpy.typing as npt

from eventlogs.errors import EventLogError

Column = npt.NDArray[Any]

_TEMPORARY = "SELECT current_setting('temp_directory')"


class Span(NamedTuple):
    """Where columns stand in the file: their first byte, and the type and the length of each."""

    begin: int
    columns: tuple[tuple[np.dtype[Any], int], ...]

    @property
    def n_rows(self) -> int:
        """The length of the first column."""
        return self.columns[0][1]


class SpillFile:
    """A file that is gone with the process; it is made when the first columns are put into it.

    It lies in `folder`, which should be on a disk, as /tmp may be memory. One thread at a time may use it.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self._end = 0

    def put(self, columns: Iterable[Column]) -> Span:
        """Write columns down, and return where they stand; a full disk raises `EventLogError`."""
        written = [np.ascontiguousarray(column) for column in columns]
        span = Span(self._end, tuple((column.dtype, len(column)) for column in written))
        try:
            self._write(written)
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            raise EventLogError(
                "the disk that holds {file} is full and nothing was recorded; make room and try again",
                file=self._folder or Path(tempfile.gettempdir()),
            ) from error
        return span

    def take(self, span: Span) -> list[Column]:
        """Return columns that were put there."""
        assert self._file is not None
        self._file.seek(span.begin)
        found = [np.empty(length, dtype) for dtype, length in span.columns]
        for column in found:
            self._file.readinto(column.data)  # type: ignore[attr-defined]
        return found

    def _write(self, columns: Iterable[Column]) -> None:
        if self._file is None:
            self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115 - as long as this
        self._file.seek(self._end)
        for column in columns:
            self._file.write(column.data)
            self._end += column.nbytes
        self._file.flush()  # a full disk is told here


def spill_folder(connection: duckdb.DuckDBPyConnection) -> Path | None:
    """Return the folder of the database of a connection; None, which stands for any, if it has no file."""
    beside = Path(connection.execute(_TEMPORARY).fetchall()[0][0]).parent
    return beside if beside.is_absolute() else None
