"""The quick way through plain XES: whole pieces of a file as columns, without a look at single events.

Between its values a plain piece is nothing but a handful of different heads
(`"/>…</event>…<event>…<string key="concept:name" value="`). So the quotation marks are found, the few
different heads are understood once each, and everything else is moved as columns. A piece with anything
unforeseen (nested attributes, lists, comments, single quotes, damage) is left to `parser`, which must come to
the same result.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from eventlogs.exchange.json_columns import replaced, rows_with

STRING, DATE, INT, FLOAT, BOOLEAN, ID = range(6)
_TYPES = {b"string": STRING, b"date": DATE, b"int": INT, b"float": FLOAT, b"boolean": BOOLEAN, b"id": ID}
_HEAD = re.compile(
    rb"(\"\s*/>)?\s*((?:</?(?:event|trace)>\s*)*)<(string|date|int|float|boolean|id)\s+key\s*=\s*\"([^\"]*)\""
    rb"\s+value\s*=\s*\"",
    re.ASCII,
)
_TAIL = re.compile(rb"\"\s*/>\s*(</event>\s*)?</trace>\s*", re.ASCII)
_MARK = re.compile(rb"<(/?)(event|trace)>")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|(&)")
_CHARACTER = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_OUTSIDE, _TRACE, _EVENT, _SAME = 0, 1, 2, -1

_SIGNS = tuple(map(ord, "&<\\"))  # in values to be looked at one by one, as are control characters
_UNUSUAL = np.zeros(256, dtype=bool)
_UNUSUAL[:0x20] = True
_UNUSUAL[list(_SIGNS)] = True


class NotPlainError(Exception):
    """The piece is not plain XES; the parser must read it."""


@dataclass(frozen=True)
class Cells:
    """The attributes of one piece, one row each in file order.

    `owner` numbers traces and events, each from 0, `in_event` says which of them a row belongs to.
    """

    type: np.ndarray
    key: np.ndarray  # codes into `keys`
    keys: list[str]
    in_event: np.ndarray
    owner: np.ndarray
    n_traces: int
    trace_of_event: np.ndarray
    segments: pa.BinaryArray  # heads and values in turn
    n_lines: int

    def raw(self, rows: np.ndarray) -> pa.BinaryArray:
        """Return the values of some rows as they stand in the file."""
        return self.segments.take(pa.array(2 * rows + 1))

    def texts(self, rows: np.ndarray) -> pa.StringArray:
        """Return the values of some rows as they are meant."""
        return _meant(self.raw(rows))[0].cast(pa.string())

    def json(self, rows: np.ndarray) -> pa.BinaryArray:
        """Return the values of some rows as JSON strings, without their quotation marks."""
        return _meant(self.raw(rows))[1]


def cells_of(piece: bytes) -> Cells:
    """Return the attributes of a piece of whole traces; raises `NotPlainError`."""
    signs = np.frombuffer(piece, dtype=np.uint8)
    marks = np.flatnonzero(signs == ord('"'))
    n = len(marks) // 4
    tail = _TAIL.fullmatch(piece, int(marks[-1])) if n and not len(marks) % 4 else None
    if not tail:
        raise NotPlainError
    _check_encoding(piece)
    offsets = np.zeros(2 * n + 1, dtype=np.int32)
    offsets[1::2] = marks[2::4] + 1
    offsets[2::2] = marks[3::4]
    segments = pa.BinaryArray.from_buffers(
        pa.binary(), 2 * n, [None, pa.py_buffer(offsets), pa.py_buffer(piece)]
    )
    heads = segments.take(pa.array(np.arange(0, 2 * n, 2))).dictionary_encode()
    known = [_head(text, first=not number) for number, text in enumerate(heads.dictionary.to_pylist())]
    codes = heads.indices.to_numpy()
    in_event, traces, events = _places(codes, [it.step for it in known])
    if in_event[-1] != (tail[1] is not None):
        raise NotPlainError
    keys = list(dict.fromkeys(it.key for it in known))
    return Cells(
        type=np.array([it.type for it in known])[codes],
        key=np.array([keys.index(it.key) for it in known])[codes],
        keys=keys,
        in_event=in_event,
        owner=np.where(in_event, events, traces),
        n_traces=int(traces[-1]) + 1,
        trace_of_event=traces[np.flatnonzero(np.diff(events, prepend=-1))],
        segments=segments,
        n_lines=int(np.count_nonzero(signs == ord("\n"))),
    )


def _check_encoding(piece: bytes) -> None:
    if piece.isascii():
        return
    if b"\xef\xbf\xbe" in piece or b"\xef\xbf\xbf" in piece:  # U+FFFE and U+FFFF are no characters of XML
        raise NotPlainError
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        raise NotPlainError from None


def _key(written: bytes) -> str:
    key = written.decode()
    if not key or re.search(r"[\x00-\x1f&<]", key):
        raise NotPlainError
    return key


class _Step(NamedTuple):
    """Where a head leads: the states before and after it, and the traces and events that begin in it."""

    before: int
    after: int
    new_traces: int
    new_events: int


class _Head(NamedTuple):
    """What stands before a value: its type, its key, and where it leads."""

    type: int
    key: str
    step: _Step


def _places(codes: np.ndarray, steps: list[_Step]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return per attribute whether it is an event's, and the numbers of its trace and event."""
    before, after, new_traces, new_events = (np.array(column)[codes] for column in zip(*steps, strict=True))
    if before[0] != _OUTSIDE:
        raise NotPlainError
    last_known = np.maximum.accumulate(np.where(after != _SAME, np.arange(len(codes)), 0))
    state = after[last_known]
    stood = np.concatenate(([_OUTSIDE], state[:-1]))
    if ((before != _SAME) & (before != stood)).any():
        raise NotPlainError
    return state == _EVENT, np.cumsum(new_traces) - 1, np.cumsum(new_events) - 1


def _head(text: bytes, *, first: bool) -> _Head:
    match = _HEAD.fullmatch(text)
    if not match or (match[1] is None) is not first:
        raise NotPlainError
    return _Head(_TYPES[match[3]], _key(match[4]), _step(match[2]))


def _step(text: bytes) -> _Step:
    marks = [(bool(mark[1]), mark[2]) for mark in _MARK.finditer(text)]
    if not marks:
        return _Step(_SAME, _SAME, 0, 0)
    state = needed = _state_before(*marks[0])
    for number, (closes, name) in enumerate(marks):
        if state != _state_before(closes, name):
            raise NotPlainError
        if number and closes and not marks[number - 1][0]:
            raise NotPlainError  # an event or trace without attributes
        state = _state_after(closes, name)
    n_traces, n_events = marks.count((False, b"trace")), marks.count((False, b"event"))
    if state == _OUTSIDE or n_traces > 1 or n_events > 1:
        raise NotPlainError
    return _Step(needed, state, n_traces, n_events)


def _state_before(closes: bool, name: bytes) -> int:
    if closes:
        return _EVENT if name == b"event" else _TRACE
    return _TRACE if name == b"event" else _OUTSIDE


def _state_after(closes: bool, name: bytes) -> int:
    return _state_before(not closes, name)


def _meant(raw: pa.BinaryArray) -> tuple[pa.BinaryArray, pa.BinaryArray]:
    """Return values with references resolved, and the same as JSON without quotation marks."""
    signs = np.frombuffer(raw.buffers()[2] or b"", np.uint8)
    if not ((signs < ord(" ")).any() or any((signs == sign).any() for sign in _SIGNS)):
        return raw, raw
    rows = rows_with(raw, _UNUSUAL)
    texts = [_resolved(value.decode()) for value in raw.take(pa.array(rows)).to_pylist()]
    json = replaced(raw, rows, [_escaped(text) for text in texts])
    return replaced(raw, rows, [text.encode() for text in texts]), json


def _resolved(text: str) -> str:
    if "<" in text or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        raise NotPlainError
    text = text.replace("\r\n", " ")  # XML reads any white space in a value as a space
    return (
        _REFERENCE.sub(_referred, re.sub(r"[\t\n\r]", " ", text)) if "&" in text else re.sub(r"\s", " ", text)
    )


def _referred(match: re.Match[str]) -> str:
    if match[4]:
        raise NotPlainError
    if match[1]:
        return _NAMED[match[1]]
    code = int(match[2]) if match[2] else int(match[3], 16)
    if code > 0x10FFFF or not _CHARACTER.fullmatch(chr(code)):
        raise NotPlainError
    return chr(code)


def _escaped(text: str) -> bytes:
    return orjson.dumps(text)[1:-1]
