"""An XES file's bytes as UTF-8, cut into pieces that end where a trace ends."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from eventlogs.errors import ImportRefusedError

TRACE_END = b"</trace>"
_CHUNK = 1 << 21
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def pieces(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in order, as UTF-8, cut after a `</trace>` wherever there is one."""
    carried = b""
    for chunk in _as_utf8(stream, path):
        cut = chunk.rfind(TRACE_END) + len(TRACE_END)
        if cut < len(TRACE_END):
            yield carried + chunk  # a long header, or a long trace
            carried = b""
        else:
            yield b"".join((carried, memoryview(chunk)[:cut]))
            carried = chunk[cut:]
    yield carried


def left_in_comment(piece: bytes, was_in: bool) -> bool:
    """Tell whether a piece ends inside a comment or a CDATA section, where nothing counts."""
    opened = max(piece.rfind(b"<!--"), piece.rfind(b"<![CDATA["))
    closed = max(piece.rfind(b"-->"), piece.rfind(b"]]>"))
    return opened > closed if opened >= 0 or closed >= 0 else was_in


def _as_utf8(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    first = stream.read(_CHUNK)
    encoding = _encoding(first, path)
    if encoding == "utf-8":
        yield first.removeprefix(codecs.BOM_UTF8)
        while chunk := stream.read(_CHUNK):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    chunk, n_bytes = first, 0
    try:
        while chunk:
            yield decoder.decode(chunk).encode()
            n_bytes += len(chunk)
            chunk = stream.read(_CHUNK)
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            "{file}, near byte {byte}: the bytes are not {encoding} as the file says; save it as UTF-8",
            file=path,
            byte=n_bytes + error.start,
            encoding=encoding,
        ) from None


def _encoding(first: bytes, path: Path) -> str:
    for bom, encoding in _BOMS:
        if first.startswith(bom):
            return encoding
    declared = _DECLARED.match(first[:200].lstrip())
    if declared is None:
        return "utf-8"
    try:
        name = codecs.lookup(declared[1].decode()).name
    except LookupError:
        raise ImportRefusedError(
            "{file} names the encoding {encoding}, which is not known; save it as UTF-8",
            file=path,
            encoding=declared[1].decode(),
        ) from None
    return {"ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)
