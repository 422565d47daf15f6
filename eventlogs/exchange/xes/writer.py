"""A log written as XES, valid against the schema of IEEE 1849-2016, trace by trace."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import cast

from eventlogs.attributes import decode, decode_value
from eventlogs.events import Attribute
from eventlogs.exchange.compressed import writing
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.remembered import Remembered
from eventlogs.exchange.stored_log import CaseRow, StoredLog
from eventlogs.exchange.xes.head_writer import head, name_of
from eventlogs.exchange.xes.text import element, marked_up, unholdable
from eventlogs.language import sayable

_TAIL = "</log>\n"
_CASELESS = sayable(
    "{n} events belong to no case and stand behind the traces, where other tools may pass them over"
)
_ODD = sayable("{n} names hold characters that no XML can hold; U+FFFD stands for them")
_BLOCK = 1_000  # traces or events that are encoded at once


def write_xes(log: StoredLog, path: Path, wanted: FileFormat, *, advance: Callable[[int], None]) -> Losses:
    """Write a log; return what the file does not hold. `advance` is told the events written."""
    losses = Losses()
    writer = _TraceWriter(log, losses)
    losses.add(_CASELESS, log.n_caseless)
    with writing(path, wanted) as file:
        file.write(head(log).encode())
        block: list[str] = []
        for n_events, text in writer.texts():
            block.append(text)
            advance(n_events)
            if len(block) >= _BLOCK:
                file.write("".join(block).encode())
                block.clear()
        file.write("".join(block).encode())
        file.write(_TAIL.encode())
    return losses


class _TraceWriter:
    """Turns rows into the text of traces."""

    def __init__(self, log: StoredLog, losses: Losses) -> None:
        self._log, self._losses = log, losses
        self.with_keys = _has_own_keys(log)
        self._names: dict[str, str] = {}
        keys = ("concept:name", "lifecycle:transition", "org:resource", "org:role", "retrofit:tool")
        self._texts = {key: Remembered(partial(self._text, key), unholdable) for key in keys}

    def texts(self) -> Iterator[tuple[int, str]]:
        """Yield the text of each event and of what opens and closes its trace."""
        case: str | None = None
        for row in self._log.cases():
            opening = ""
            if row.case_id != case:
                opening = "</trace>\n" if case else ""
                case = row.case_id
                if case:
                    opening += f"<trace>{self._trace(row)}\n"
            if row.activity is None:
                yield 0, opening
            else:
                yield 1, opening + self._event(row)
        if case:
            yield 0, "</trace>\n"
        if self._log.n_caseless:
            for row in self._log.events("caseless_events", "log_id", "timezone"):
                yield 1, self._event(row)

    def _trace(self, row: CaseRow) -> str:
        attributes = decode(row.case_attributes or "{}")
        return self._text("concept:name", row.case_id) + self._elements("case", attributes)

    def _event(self, row: CaseRow) -> str:
        given = (row.activity, row.lifecycle, row.actor, row.role, row.tool)
        parts = [
            texts[text] for texts, text in zip(self._texts.values(), given, strict=True) if text is not None
        ]
        if self.with_keys and row.event_key is not None:
            parts.append(self._text("retrofit:key", row.event_key))
        if row.occurred_at is not None:
            parts.append(f'<date key="time:timestamp" value="{row.occurred_at}"/>')
        if row.attributes != "{}":
            parts.append(self._elements("event", decode(row.attributes)))
        if row.evidence != "{}":
            parts.append(element("retrofit:evidence", decode(row.evidence)))
        for key, maps in (("retrofit:objects", row.objects), ("retrofit:changes", row.changes)):
            if maps:
                parts.append(element(key, [_plain(map_) for map_ in maps]))
        return f"<event>{''.join(parts)}</event>\n"

    def _text(self, key: str, text: str) -> str:
        if unholdable(text):
            self._losses.add(_ODD)
        return f'<string key="{key}" value="{marked_up(text)}"/>'

    def _elements(self, owner: str, attributes: Mapping[str, Attribute]) -> str:
        return "".join(element(self._name(owner, name), value) for name, value in attributes.items())

    def _name(self, owner: str, name: str) -> str:
        written = self._names.get(f"{owner}:{name}")
        if written is None:
            written = self._names[f"{owner}:{name}"] = name_of(owner, name)
        return written


def _plain(map_: dict[str, str]) -> Attribute:
    """Return an object link as it is, or a change with its value decoded."""
    if "value" not in map_:
        return cast(Attribute, {name: text for name, text in map_.items() if text})
    return {**map_, "value": decode_value(map_["value"])}


def _has_own_keys(log: StoredLog) -> bool:
    """Tell whether an event's key is other than its number in the file, which an import would give it."""
    return bool(next(log.rows("own_keys", "log_id"))[0])
