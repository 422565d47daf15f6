"""Which exchange format a file has: told by its first bytes when read, by its ending when written."""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from eventlogs.errors import EventLogError, ImportRefusedError
from eventlogs.exchange.tables.workbook import refuse_old_workbook

FormatName = Literal["xes", "csv", "xlsx", "parquet", "ocel-json", "ocel-xml", "ocel-sqlite"]

_ENDINGS: dict[str, FormatName] = {
    ".xes": "xes",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".jsonocel": "ocel-json",
    ".json": "ocel-json",
    ".xmlocel": "ocel-xml",
    ".xml": "ocel-xml",
    ".sqlite": "ocel-sqlite",
    ".sqlite3": "ocel-sqlite",
    ".db": "ocel-sqlite",
}
_HEAD = 262_144  # enough to get past the longest comment seen before the first element of a real log
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PROLOGUE = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", re.DOTALL)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_OCEL_ELEMENTS = {"event-types", "object-types", "events", "objects"}


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format, and whether the file is gzip-compressed around it."""

    name: FormatName
    compressed: bool


def format_by_ending(path: Path) -> FileFormat | None:
    """Return the format that a file's ending names; None if it names none.

    >>> format_by_ending(Path("加梯.jsonocel.gz"))
    FileFormat(name='ocel-json', compressed=True)
    """
    endings = [ending.lower() for ending in path.suffixes]
    compressed = endings[-1:] == [".gz"]
    plain = endings[-2:-1] if compressed else endings[-1:]
    name = _ENDINGS.get(plain[0]) if plain else None
    return FileFormat(name, compressed) if name else None


def format_of(path: Path) -> FileFormat:
    """Return the format of a file to be read, told by its first bytes whatever its name."""
    head, compressed = _head(path)
    if not head.strip():
        raise ImportRefusedError("{file} is empty; there is no event log in it", file=path)
    refuse_old_workbook(head, path)
    for start, name in ((b"SQLite format 3\0", "ocel-sqlite"), (b"PAR1", "parquet"), (b"PK\x03\x04", "xlsx")):
        if head.startswith(start):
            return FileFormat(cast(FormatName, name), compressed)
    text = _text(head).lstrip()
    if text.startswith("<"):
        return FileFormat(_xml_format(text, path), compressed)
    if text.startswith("{"):
        return FileFormat(_json_format(text, path), compressed)
    named = format_by_ending(path)
    if b"\0" in head[:4096] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRefusedError(
            "{file} is no event log that can be read; "
            "readable are XES, OCEL 2.0 (JSON, XML, SQLite), CSV, Excel .xlsx and Parquet",
            file=path,
        )
    if named and named.name != "csv":
        raise ImportRefusedError(
            "{file} is not {format}: it starts with {start}",
            file=path,
            format=named.name,
            start=repr(text[:30]),
        )
    return FileFormat("csv", compressed)


def _head(path: Path) -> tuple[bytes, bool]:
    """Return a file's first bytes, unpacked as far as they can be, and whether it is compressed."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        raise ImportRefusedError("there is no file {file}", file=path) from None
    except IsADirectoryError:
        raise ImportRefusedError("{file} is a folder; name a file in it", file=path) from None
    except PermissionError:
        raise ImportRefusedError("{file} may not be read; ask its owner for leave", file=path) from None
    if not head.startswith(b"\x1f\x8b"):
        return head, False
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    except zlib.error:
        raise ImportRefusedError(
            "{file} breaks off: its compressed stream is damaged or ends early, near byte {byte}; "
            "get the whole file again",
            file=path,
            byte=len(head),
        ) from None
    return unpacked, True


def _text(head: bytes) -> str:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace")
    return head.decode("utf-8", "replace")


def _xml_format(text: str, path: Path) -> FormatName:
    elements = _ELEMENT.findall(_PROLOGUE.sub("", text))
    if elements[:1] == ["log"]:
        return "ocel-xml" if elements[1:2] and elements[1] in _OCEL_ELEMENTS else "xes"
    raise ImportRefusedError(
        "{file} is XML but no event log: its first element is <{element}> where <log> is expected",
        file=path,
        element=elements[0] if elements else "",
    )


def _json_format(text: str, path: Path) -> FormatName:
    if '"ocel:events"' in text or '"ocel:global-log"' in text or '"ocel:global-event"' in text:
        raise ImportRefusedError(
            "{file} is OCEL 1.0; convert it to OCEL 2.0 "
            "(eventTypes, objectTypes, events, objects) and import that",
            file=path,
        )
    return "ocel-json"


def format_for_writing(path: Path, forced: str | None) -> FileFormat:
    """Return the format to write: the one `forced`, else the one that the file's ending names."""
    by_ending = format_by_ending(path)
    if forced is not None:
        compressed = path.suffix.lower() == ".gz"
        return FileFormat(cast(FormatName, forced), compressed)
    if by_ending is None:
        raise EventLogError(
            "the ending of {file} names no format; end it in .xes, .csv, .xlsx, .parquet, "
            ".jsonocel, .xmlocel or .sqlite, or say --format",
            file=path,
        )
    return by_ending
