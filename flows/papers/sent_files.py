"""Files that people send, by a page, a program or a command: one check for all of them.

What they are is told from their content, and their names are made safe.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from zipfile import BadZipFile, ZipFile

from eventlogs.errors import EventLogError

LARGEST = 20 * 2**20  # bytes
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "png": "image/png",
        "jpg": "image/jpeg",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "txt": "text/plain; charset=utf-8",
    }
)
_STARTS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_INSIDE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_LONGEST_NAME = 80
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


class UploadRefusedError(EventLogError):
    """A file is empty, too large, or of a kind that is not taken."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was taken: its safe name with the ending of its kind, the kind, and the content."""

    name: str
    kind: str
    content: bytes


def checked_upload(name: str, content: bytes) -> Upload:
    """Return a file that people may keep here, or refuse it; its claimed type is not even looked at."""
    refuse_size(name, content)
    kind = kind_of(content)
    if kind is None:
        raise UploadRefusedError(
            "{name} is by its content of no kind that is taken; right are {kinds}",
            name=safe_name(name),
            kinds=", ".join(KINDS),
        )
    stem = safe_name(name).rpartition(".")[0] or safe_name(name)
    return Upload(f"{stem}.{kind}", kind, content)


def refuse_size(name: str, content: bytes) -> None:
    """Refuse a file that is empty or too large."""
    if not content:
        raise UploadRefusedError("{name} is empty; choose another file", name=safe_name(name))
    if len(content) > LARGEST:
        raise UploadRefusedError(
            "{name} is too large; at most {mib} MiB are taken", name=safe_name(name), mib=LARGEST // 2**20
        )


def kind_of(content: bytes) -> str | None:
    """Return what a file is by its content; None for what is not taken, such as HTML, SVG or programs."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    return "txt" if _is_text(content) else None


def safe_name(name: str) -> str:
    """Return a file's name without folders and without signs that a system or a header might misread.

    >>> safe_name("../../etc/纪要 1.pdf"), safe_name("con.txt")
    ('纪要 1.pdf', '_con.txt')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFKC", name))[-1]
    kept = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in last)
    kept = " ".join(kept.split()).strip(". ") or "file"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _LONGEST_NAME:
        kept = f"{(stem or kept)[: _LONGEST_NAME - 10]}{dot}{ending[:9]}" if dot else kept[:_LONGEST_NAME]
    return f"_{kept}" if _DEVICES.fullmatch(kept.partition(".")[0]) else kept


def _office_kind(content: bytes) -> str | None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None  # with macros
    return next((kind for inside, kind in _INSIDE.items() if inside in names), None)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    looks_run = re.match(r"\s*(<|#!|%!)", text)
    return not looks_run and all(sign.isprintable() or sign in "\r\n\t" for sign in text)
