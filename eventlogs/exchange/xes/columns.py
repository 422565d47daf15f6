"""The quick way through plain XES: whole pieces of a file as columns, without a look at single events.

Between its quotation marks a plain piece is nothing but keys, values and a handful of different gaps
(`/>…</event>…<event>…<string key=`). So the marks are found, the few different gaps are understood once
each, and everything else is moved as columns. A piece with anything unforeseen (nested attributes, lists,
comments, single quotes, damage) is left to `parser`, which must come to the same result.
"""

import re
from dataclasses import dataclass

import numpy as np
import orjson
import pyarrow as pa

from eventlogs.exchange.json_columns import replaced, rows_with

STRING, DATE, INT, FLOAT, BOOLEAN, ID = range(6)
_TYPES = {b"string": STRING, b"date": DATE, b"int": INT, b"float": FLOAT, b"boolean": BOOLEAN, b"id": ID}
_GAP = re.compile(
    rb"(\s*/>)?\s*((?:</?(?:event|trace)>\s*)*)<(string|date|int|float|boolean|id)\s+key\s*=\s*\"", re.ASCII
)
_MIDDLE = re.compile(rb"\s+value\s*=\s*\"", re.ASCII)
_TAIL = re.compile(rb"\s*/>\s*(</event>\s*)?</trace>\s*", re.ASCII)
_MARK = re.compile(rb"<(/?)(event|trace)>")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|(&)")
_CHARACTER = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_OUTSIDE, _TRACE, _EVENT, _SAME = 0, 1, 2, -1

_UNUSUAL = np.zeros(256, dtype=bool)
_UNUSUAL[:0x20] = True
_UNUSUAL[[ord("&"), ord("<"), ord("\\")]] = True


class NotPlainError(Exception):
    """The piece is not plain XES; the parser must read it."""


@dataclass(frozen=True)
class Cells:
    """The attributes of one piece, one row each in file order.

    `raw` holds the values as they are meant, `json` the same as JSON strings without the first quotation
    mark; both end in a quotation mark, which the file has there anyway. `owner` numbers traces and events,
    each from 0, `in_event` says which of them a row belongs to.
    """

    type: np.ndarray
    key: np.ndarray  # codes into `keys`
    keys: list[str]
    raw: pa.BinaryArray
    json: pa.BinaryArray
    in_event: np.ndarray
    owner: np.ndarray
    n_traces: int
    trace_of_event: np.ndarray


def cells_of(piece: bytes) -> Cells:
    """Return the attributes of a piece of whole traces; raises `NotPlainError`."""
    marks = np.flatnonzero(np.frombuffer(piece, dtype=np.uint8) == ord('"'))
    n = len(marks) // 4
    tail = _TAIL.fullmatch(piece, int(marks[-1]) + 1) if n and not len(marks) % 4 else None
    if not tail:
        raise NotPlainError
    _check_encoding(piece)
    offsets = np.zeros(len(marks) + 1, dtype=np.int32)
    offsets[1:] = marks + 1
    segments = pa.BinaryArray.from_buffers(
        pa.binary(), len(marks), [None, pa.py_buffer(offsets), pa.py_buffer(piece)]
    )
    gaps, keys, middles, raw = (
        segments.take(pa.array(np.arange(place, len(marks), 4))) for place in range(4)
    )
    if not all(_MIDDLE.fullmatch(middle) for middle in middles.unique().to_pylist()):
        raise NotPlainError
    types, in_event, traces, events = _places(gaps.dictionary_encode())
    if in_event[-1] != (tail[1] is not None):
        raise NotPlainError
    coded = keys.dictionary_encode()
    raw, json = _meant(raw)
    return Cells(
        type=types,
        key=coded.indices.to_numpy(),
        keys=[_key(key) for key in coded.dictionary.to_pylist()],
        raw=raw,
        json=json,
        in_event=in_event,
        owner=np.where(in_event, events, traces),
        n_traces=int(traces[-1]) + 1,
        trace_of_event=traces[np.flatnonzero(np.diff(events, prepend=-1))],
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


def _key(segment: bytes) -> str:
    key = segment[:-1].decode()
    if not key or re.search(r"[\x00-\x1f&<]", key):
        raise NotPlainError
    return key


def _places(gaps: pa.DictionaryArray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return per attribute its type, whether it is an event's, and the numbers of its trace and event."""
    codes = gaps.indices.to_numpy()
    known = [_gap(text, first=not number) for number, text in enumerate(gaps.dictionary.to_pylist())]
    types, before, after, new_traces, new_events = (
        np.array(column)[codes] for column in zip(*known, strict=True)
    )
    if before[0] != _OUTSIDE:
        raise NotPlainError
    last_known = np.maximum.accumulate(np.where(after != _SAME, np.arange(len(codes)), 0))
    state = after[last_known]
    stood = np.concatenate(([_OUTSIDE], state[:-1]))
    if ((before != _SAME) & (before != stood)).any():
        raise NotPlainError
    return types, state == _EVENT, np.cumsum(new_traces) - 1, np.cumsum(new_events) - 1


def _gap(text: bytes, *, first: bool) -> tuple[int, int, int, int, int]:
    """Return what a gap says: the type after it, the states before and after, new traces and new events."""
    match = _GAP.fullmatch(text)
    if not match or (match[1] is None) is not first:
        raise NotPlainError
    marks = [(bool(mark[1]), mark[2]) for mark in _MARK.finditer(match[2])]
    if not marks:
        return _TYPES[match[3]], _SAME, _SAME, 0, 0
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
    return _TYPES[match[3]], needed, state, n_traces, n_events


def _state_before(closes: bool, name: bytes) -> int:
    if closes:
        return _EVENT if name == b"event" else _TRACE
    return _TRACE if name == b"event" else _OUTSIDE


def _state_after(closes: bool, name: bytes) -> int:
    return _state_before(not closes, name)


def _meant(raw: pa.BinaryArray) -> tuple[pa.BinaryArray, pa.BinaryArray]:
    """Return values with references resolved, and the same as JSON."""
    rows = rows_with(raw, _UNUSUAL)
    if not len(rows):
        return raw, raw
    texts = [_resolved(value[:-1].decode()) for value in raw.take(pa.array(rows)).to_pylist()]
    json = replaced(raw, rows, [_escaped(text) for text in texts])
    return replaced(raw, rows, [text.encode() + b'"' for text in texts]), json


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
    return orjson.dumps(text)[1:]
