"""Files that may be gzip-compressed: read with faults and progress told, written whole or not at all."""

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from eventlogs.errors import EventLogError, ImportRefusedError
from eventlogs.exchange.formats import FileFormat

_BLOCK = 1 << 18
_SUSPECT = 128 << 20  # bytes unpacked, up to which a file may be packed as tightly as it likes
_TIGHTEST = 200  # unpacked bytes to a packed one, beyond which a file is a trap and not a log


class _Counted(io.RawIOBase):
    """A file that tells how many bytes were read from it."""

    def __init__(self, file: io.FileIO, advance: Callable[[int], None]) -> None:
        self._file = file
        self._advance = advance

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: object) -> int:
        n = self._file.readinto(cast(bytearray, buffer)) or 0
        self._advance(n)
        return n


class _Unpacked(gzip.GzipFile):
    """A packed file that refuses to unpack without end."""

    def __init__(self, packed: BinaryIO, path: Path) -> None:
        super().__init__(fileobj=packed)
        self._packed, self._path = packed, path

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size >= 0:
            return self._checked(super().read(size))
        return b"".join(iter(lambda: self.read(_BLOCK), b""))

    def read1(self, size: int = -1) -> bytes:
        return self._checked(super().read1(size))

    def _checked(self, data: bytes) -> bytes:
        unpacked = self.tell()
        if unpacked > _SUSPECT and unpacked > _TIGHTEST * self._packed.tell():
            raise ImportRefusedError(
                "{file} unpacks to more than {mb} MB from almost nothing, which is a trap and no event log",
                file=self._path.name,
                mb=unpacked >> 20,
            )
        return data


@contextmanager
def reading(
    path: Path, *, compressed: bool, advance: Callable[[int], None] | None = None
) -> Iterator[BinaryIO]:
    """Open a file, unpacked, for reading; `advance` is told the bytes of the file itself as they go by."""
    with io.FileIO(path) as file:
        raw = io.BufferedReader(_Counted(file, advance or (lambda n: None)), _BLOCK)
        try:
            yield cast(BinaryIO, _Unpacked(cast(BinaryIO, raw), path) if compressed else raw)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ImportRefusedError(
                "{file} breaks off: its compressed stream is damaged or ends early, near byte {byte}; "
                "get the whole file again",
                file=path.name,
                byte=file.tell(),
            ) from None


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Lend a name beside `path` to write to; at the end it takes the place of `path`, or is gone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise EventLogError("{file} cannot be written: {reason}", file=path, reason=error) from None
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def writing(path: Path, wanted: FileFormat) -> Iterator[BinaryIO]:
    """Open a draft of `path` for writing, compressed if `wanted`; it replaces `path` at the end."""
    with draft_of(path) as draft, draft.open("wb", buffering=_BLOCK) as file:
        if not wanted.compressed:
            yield file
            return
        # no name and no time inside, so that one log exported twice gives the same bytes
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as packed:
            yield cast(BinaryIO, packed)
