"""A JSON file's bytes on their way to the parser, which takes ever longer over endless texts and depths."""

from pathlib import Path
from typing import BinaryIO

from eventlogs.errors import ImportRefusedError

_LONGEST = 8 << 20  # bytes without a quotation mark: a text longer than any that a person wrote
_DEEPEST = 20_000  # brackets open, those in texts included, which seldom stay open


class JsonStream:
    """Reads a file for a JSON parser; raises `ImportRefusedError` where the file is made to harm."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self._unquoted = 0
        self._open = 0

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; none at the end."""
        data = self._file.read(size)
        last = data.rfind(b'"')
        self._unquoted = self._unquoted + len(data) if last < 0 else len(data) - last
        opened = data.count(b"[") + data.count(b"{")
        self._open = max(0, self._open + opened - data.count(b"]") - data.count(b"}"))
        if self._unquoted > _LONGEST or self._open > _DEEPEST:
            raise ImportRefusedError(
                "{file} nests or stretches its values beyond any event log: see near byte {byte}",
                file=self._path.name,
                byte=self._file.tell(),
            )
        return data
