"""XES read into a new log, piece by piece: plain ones as columns in two threads, others by the parser."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.ahead import ahead
from eventlogs.exchange.choices import NAIVE_TIMES, ZONE_OF_NAIVE_TIMES, ImportChoices
from eventlogs.exchange.compressed import reading
from eventlogs.exchange.faults import Faults
from eventlogs.exchange.file_read import FileRead, Note
from eventlogs.exchange.file_source import FileSource
from eventlogs.exchange.log_writer import LogWriter
from eventlogs.exchange.xes.batches import Piece, plain_piece
from eventlogs.exchange.xes.head_reader import XesPlan
from eventlogs.exchange.xes.log_attributes import add_other_objects, log_properties
from eventlogs.exchange.xes.parser import RawTrace, XesParser
from eventlogs.exchange.xes.plan import plan_for
from eventlogs.exchange.xes.rows import raw_piece
from eventlogs.exchange.xes.stream import TRACE_END, left_in_comment, pieces

_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)
_THREADS = 2
_AHEAD = 3  # pieces read ahead of the one being written
_PATIENCE = 4  # pieces in a row that were not plain, after which the quick way is tried only now and then


def read_xes(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    source: FileSource,
    *,
    compressed: bool,
    choices: ImportChoices,
    faults: Faults,
    advance: Callable[[int], None],
    quick: bool = True,
) -> FileRead:
    """Read an XES file into the new log `name`, inside the transaction of `connection`.

    Without `quick` every piece goes the thorough way; the result is the same.
    """
    with reading(path, compressed=compressed, advance=advance) as stream:
        parts = ahead(pieces(stream, path))
        parser = XesParser(path, choices.timezone or ZONE_OF_NAIVE_TIMES)
        first, rest = _first_traces(parser, parts)
        parser.finish_header()
        properties = log_properties(parser.header, choices)
        plan, notes = plan_for(parser.header, _keys(first), choices, path)
        if choices.timezone is None and _lacks_zones(first):
            notes.append((NAIVE_TIMES, {"zone": plan.timezone}))
        writer = LogWriter(connection, name, labels=choices.labels, **vars(properties))
        cases = _Cases(writer, _wanted(choices))
        with writer.beside():
            cases.add(raw_piece(first, plan, faults))
            for piece in _Pieces(parser, plan, faults, quick).read(rest, parts):
                cases.add(piece)
    parser.finish_header()
    cases.join_repeated()
    add_other_objects(writer, parser.header, path)
    cases.check(path)
    written = writer.finish(
        source.noted({"read_as": plan.as_attribute(), "xes": properties.source(parser.header)})
    )
    return FileRead(written, plan.as_attribute(), notes + cases.notes())


def _first_traces(parser: XesParser, parts: Iterator[bytes]) -> tuple[list[RawTrace], bytes]:
    """Return the first trace of the file, after its header, and what was read beyond it."""
    for part in parts:
        start = 0
        while cut := part.find(TRACE_END, start) + 1:
            end = cut - 1 + len(TRACE_END)
            parser.feed(part[start:end])
            start = end
            if first := parser.take():
                return first, part[end:]
        parser.feed(part[start:])
        if first := parser.take():
            return first, b""
    parser.feed(b"", last=True)
    return [], b""


def _lacks_zones(traces: list[RawTrace]) -> bool:
    dates = [
        it.raw for trace in traces for event in trace.events for it in event.elements if it.tag == "date"
    ]
    return any(not _ZONE.search(date) for date in dates)


def _wanted(choices: ImportChoices) -> dict[str, str]:
    """Return the keys that a person has named, by what they are to hold."""
    named = {
        "case": choices.case,
        "actor": choices.resource,
        "role": choices.role,
        "lifecycle": choices.lifecycle,
        "occurred_at": choices.time,
        "city": choices.city,
        "outcome": choices.outcome,
    }
    return {holds: key for holds, key in named.items() if key}


def _keys(traces: list[RawTrace]) -> list[set[str]]:
    return [{element.key for element in event.elements} for trace in traces for event in trace.events]


class _Pieces:
    """The rest of a file after its first trace, in order."""

    def __init__(self, parser: XesParser, plan: XesPlan, faults: Faults, quick: bool) -> None:
        self._parser, self._plan, self._faults, self._quick = parser, plan, faults, quick
        self._in_comment = False
        self._failures = 0

    def read(self, rest: bytes, parts: Iterator[bytes]) -> Iterator[Piece]:
        """Yield every piece, the quick way where that can be."""
        waiting: deque[tuple[bytes, Future[Piece | None] | None]] = deque()
        with ThreadPoolExecutor(_THREADS, "xes") as pool:
            for number, part in enumerate(_chain(rest, parts)):
                tried = self._quick and (self._failures < _PATIENCE or number % 16 == 0)
                plain = tried and part.endswith(TRACE_END)
                waiting.append((part, pool.submit(plain_piece, part, self._plan) if plain else None))
                if len(waiting) > _AHEAD:
                    yield self._next(*waiting.popleft())
            while waiting:
                yield self._next(*waiting.popleft())
        self._parser.feed(b"", last=True)
        yield raw_piece(self._parser.take(), self._plan, self._faults)

    def _next(self, part: bytes, quick: Future[Piece | None] | None) -> Piece:
        piece = quick.result() if quick is not None else None
        if piece is not None and self._parser.between_traces and not self._in_comment:
            self._parser.lines_left_out += piece.n_lines
            self._failures = 0
            return piece
        self._failures += quick is not None
        self._parser.feed(part)
        self._in_comment = left_in_comment(part, self._in_comment)
        return raw_piece(self._parser.take(), self._plan, self._faults)


def _chain(rest: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    if rest:
        yield rest
    yield from parts


class _Cases:
    """Pieces on their way into the log; a trace without a name is named by its number."""

    def __init__(self, writer: LogWriter, wanted: dict[str, str]) -> None:
        self.n_events = 0
        self.wanted = wanted  # the keys named by a person that have not been met yet
        self._writer = writer
        self._n_traces = self._n_nameless = 0
        self._seen: set[str] = set()
        self._repeated: list[tuple[str, str]] = []

    def add(self, piece: Piece) -> None:
        """Write a piece's cases and events."""
        self.wanted = {holds: key for holds, key in self.wanted.items() if not _met(piece, holds)}
        names: list[str] = []
        kept: list[bool] = []
        for number, name in enumerate(piece.names.to_pylist(), self._n_traces + 1):
            self._n_nameless += not name
            names.append(name or f"trace {number}")
            kept.append(names[-1] not in self._seen)
            self._seen.add(names[-1])
        self._n_traces += len(names)
        if not all(kept):
            given = piece.attributes.to_pylist()
            self._repeated += [(name, given[i]) for i, name in enumerate(names) if not kept[i]]
        ids = pa.array(names, pa.string())
        objects = pa.table({"object_id": ids, "attributes": piece.attributes}).filter(
            pa.array(kept, pa.bool_())
        )
        case_type = pa.array([self._writer.case_type] * len(objects), pa.string())
        self._writer.add_objects(objects.append_column("object_type", case_type))
        if len(piece.events):
            places = pa.array(piece.trace_of_event, mask=piece.trace_of_event < 0)
            self._writer.add_events(piece.events.append_column("case_id", ids.take(places).fill_null("")))
            self.n_events += len(piece.events)

    def check(self, path: Path) -> None:
        """Refuse a file without events, or one that lacks a key that a person has named."""
        if not self.n_events:
            raise ImportRefusedError("{file} has no events", file=path)
        for key in self.wanted.values():
            raise ImportRefusedError(
                "{file} has no attribute {key} in any trace or event; choose one that it has",
                file=path,
                key=key,
            )

    def join_repeated(self) -> None:
        """Give a case all attributes of the traces that carry its name, the first value of each."""
        for case_id, attributes in self._repeated:
            self._writer.complete_object(case_id, attributes)

    def notes(self) -> list[Note]:
        """Return what a person should know about the traces."""
        notes: list[Note] = []
        if self._n_nameless:
            notes.append(("{n} traces have no name; each got its number as one", {"n": self._n_nameless}))
        if self._repeated:
            notes.append(
                (
                    "{n} traces have the name of an earlier one and were joined with it",
                    {"n": len(self._repeated)},
                )
            )
        return notes


def _met(piece: Piece, holds: str) -> bool:
    if holds == "case":
        return bool(piece.names.null_count < len(piece.names))
    if holds in ("city", "outcome"):
        texts = [piece.attributes, piece.events["attributes"]] if len(piece.events) else [piece.attributes]
        return any(bool(pc.any(pc.match_substring(text, f'"{holds}":')).as_py()) for text in texts)
    given: bool = holds in piece.events.column_names
    return given and bool(piece.events[holds].null_count < len(piece.events))
