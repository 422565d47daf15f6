"""How a text table is written: the encoding is told by all its bytes, the delimiter by its first lines."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.compressed import reading
from eventlogs.system_faults import LibraryFault

DELIMITERS = (",", ";", "\t", "|", "，", "；")
_BLOCK = 1 << 20
_LONGEST = 131_072  # letters of a cell, beyond which a quotation mark is left open
_SAMPLE = 1 << 17  # characters that the delimiter is told by
_SAMPLE_ROWS = 200
_WITH_ASCII = ("utf-8", "utf-8-sig", "gb18030")  # encodings in which ASCII stands for itself
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The encoding, the delimiter and the header of a text table."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]


def dialect_of(path: Path, *, compressed: bool) -> Dialect:
    """Return how a text table is written."""
    with reading(path, compressed=compressed) as stream:
        encoding = _encoding(stream, path)
    with reading(path, compressed=compressed) as stream:
        sample = codecs.getincrementaldecoder(encoding)("replace").decode(stream.read(_SAMPLE))
    delimiter = _delimiter(sample)
    lines = io.StringIO(sample, newline=None)  # a return ends a line too
    header = next((row for row in csv.reader(lines, delimiter=delimiter) if row), [])
    return Dialect(encoding, delimiter, tuple(header))


def text_rows(content: bytes, name: Path) -> list[list[str]]:
    """Return the cells of a small text table, its lines counted as they stand."""
    text = content.decode(_encoding(io.BytesIO(content), name))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text[:_SAMPLE])))
    except csv.Error as error:
        raise _no_table(name, LibraryFault(str(error))) from error
    if any(len(cell) > _LONGEST for row in rows for cell in row):  # also where a larger limit is set
        raise _no_table(name, LibraryFault(f"field larger than field limit ({_LONGEST})"))
    return rows


def _no_table(name: Path, reason: object) -> ImportRefusedError:
    return ImportRefusedError(
        "{file} is no table of cells: {reason}; save it as CSV or Excel again", file=name, reason=reason
    )


class Utf8Stream:
    """A text table's bytes as UTF-8, as pyarrow reads them from a file."""

    closed = False

    def __init__(self, stream: BinaryIO, dialect: Dialect) -> None:
        self._stream = stream
        self._plain = dialect.encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(dialect.encoding)()
        # Arrow knows only delimiters of one byte; a full-width one is not looked for inside quotation marks
        self._wide = dialect.delimiter if len(dialect.delimiter.encode()) > 1 else ""
        self._left = b""
        self.n_quotes = 0  # quotation marks read so far

    def read(self, n: int = -1) -> bytes:
        """Return up to `n` bytes; none at the end."""
        if self._plain and not self._wide:
            data = self._stream.read(n)
            self.n_quotes += data.count(b'"')
            return data
        while not self._left:
            data = self._stream.read(_BLOCK)
            text = self._decoder.decode(data, final=not data)
            if self._wide:
                text = text.replace(self._wide, "\x1f")
            self._left = text.encode()
            self.n_quotes += text.count('"')
            if not data:
                break
        taken, self._left = (self._left[:n], self._left[n:]) if n >= 0 else (self._left, b"")
        return taken

    def close(self) -> None:
        """Do nothing; the file is closed by who opened it."""


def _encoding(stream: BinaryIO, path: Path) -> str:
    blocks = iter(lambda: stream.read(_BLOCK), b"")
    first = next(blocks, b"")
    named = [encoding for bom, encoding in _BOMS if first.startswith(bom)][:1]
    candidates = named or (["utf-16-le", "utf-16-be"] if b"\0" in first[:4096] else ["utf-8", "gb18030"])
    decoders = {name: codecs.getincrementaldecoder(name)() for name in candidates}
    n_bytes, last_fault = 0, 0
    for block in _followed(first, blocks):
        plain = block.isascii()
        for name, decoder in list(decoders.items()):
            if plain and name in _WITH_ASCII and not decoder.getstate()[0]:
                continue  # nothing to find out, as in most of most files
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                last_fault = n_bytes + error.start
                del decoders[name]
        if not decoders:
            raise ImportRefusedError(
                "{file}, near byte {byte}: the text is neither UTF-8, GB18030 nor UTF-16; save it as UTF-8",
                file=path,
                byte=last_fault,
            )
        n_bytes += len(block)
    return next(iter(decoders))


def _followed(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks
    yield b""  # the end, where a character may be cut


def _delimiter(sample: str) -> str:
    """Return the delimiter that parts most lines into the same number of cells, the larger the better."""
    lines = sample.splitlines(keepends=True)
    if len(sample) >= _SAMPLE // 4 and len(lines) > 1:
        lines.pop()  # it may be cut

    def score(delimiter: str) -> tuple[float, int]:
        rows = [row for row in csv.reader(lines[:_SAMPLE_ROWS], delimiter=delimiter) if row]
        width = len(rows[0]) if rows else 1
        alike = sum(len(row) == width for row in rows)
        return (alike / len(rows) if width > 1 else 0.0, width)

    best = max(DELIMITERS, key=score)
    return best if score(best)[0] > 0 else ","
