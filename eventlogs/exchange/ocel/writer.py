"""A log written as OCEL 2.0: as JSON, as XML, or as a SQLite database."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import orjson

from eventlogs.events import Attribute
from eventlogs.exchange.compressed import writing
from eventlogs.exchange.formats import FileFormat
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.ocel.log_view import EXACT, OcelEvent, OcelExport, OcelObject, Types
from eventlogs.exchange.ocel.sqlite_writer import write_sqlite
from eventlogs.exchange.stored_log import StoredLog
from eventlogs.exchange.xes.text import marked_up, unholdable
from eventlogs.language import sayable

_ODD = sayable("{n} texts hold characters that no XML can hold; U+FFFD stands for them")
_BLOCK = 1_000  # events or objects that are written at once


def write_ocel(log: StoredLog, path: Path, wanted: FileFormat, *, advance: Callable[[int], None]) -> Losses:
    """Write a log; return what the file does not hold. `advance` is told the events written."""
    export = OcelExport(log, Losses())
    if wanted.name == "ocel-sqlite":
        write_sqlite(export, path, wanted, advance)
        return export.losses
    with writing(path, wanted) as file:
        (_write_json if wanted.name == "ocel-json" else _write_xml)(export, file, advance)
    return export.losses


def _write_json(export: OcelExport, file: BinaryIO, advance: Callable[[int], None]) -> None:
    event_types, object_types = export.types
    file.write(b'{"eventTypes":' + orjson.dumps(_json_types(event_types)))
    file.write(b',\n"objectTypes":' + orjson.dumps(_json_types(object_types)))
    file.write(b',\n"retrofit":' + orjson.dumps(export.notes))
    file.write(b',\n"events":[\n')
    lines = _Lines(file, b",\n")
    for event in export.events():
        lines.add(orjson.dumps(_json_event(event)))
        advance(1)
    lines.end(b'\n],\n"objects":[\n')
    for item in export.objects():
        lines.add(orjson.dumps(_json_object(item)))
    lines.end(b"\n]}\n")


def _json_types(types: Types) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "attributes": [
                {"name": attribute, "type": _declared(type_)} for attribute, type_ in attributes.items()
            ],
        }
        for name, attributes in types.items()
    ]


def _declared(type_: str) -> str:
    return "string" if type_ == EXACT else type_


def _json_event(event: OcelEvent) -> dict[str, object]:
    return {
        "id": event.event_id,
        "type": event.type,
        "time": event.time,
        "attributes": [{"name": name, "value": value} for name, value in event.attributes.items()],
        "relationships": _json_links(event.links),
    }


def _json_object(item: OcelObject) -> dict[str, object]:
    return {
        "id": item.object_id,
        "type": item.type,
        "attributes": [{"name": name, "time": time, "value": value} for name, value, time in item.values],
        "relationships": _json_links(item.relations),
    }


def _json_links(links: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": object_id, "qualifier": qualifier} for object_id, qualifier in links]


def _write_xml(export: OcelExport, file: BinaryIO, advance: Callable[[int], None]) -> None:
    event_types, object_types = export.types
    file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    notes = orjson.dumps(export.notes).decode().replace("?>", "?\\u003e")
    file.write(f"<?retrofit {notes}?>\n<log>\n".encode())
    file.write(_xml_types("object", object_types).encode())
    file.write(_xml_types("event", event_types).encode())
    lines = _Lines(file, b"\n")
    file.write(b"<objects>\n")
    for item in export.objects():
        lines.add(_xml_object(item, export.losses).encode())
    lines.end(b"\n</objects>\n<events>\n")
    for event in export.events():
        lines.add(_xml_event(event, export.losses).encode())
        advance(1)
    lines.end(b"\n</events>\n</log>\n")


def _xml_types(kind: str, types: Types) -> str:
    written = "".join(
        f'<{kind}-type name="{marked_up(name)}"><attributes>'
        + "".join(
            f'<attribute name="{marked_up(attribute)}" type="{_declared(type_)}"/>'
            for attribute, type_ in attributes.items()
        )
        + f"</attributes></{kind}-type>\n"
        for name, attributes in types.items()
    )
    return f"<{kind}-types>\n{written}</{kind}-types>\n"


def _xml_event(event: OcelEvent, losses: Losses) -> str:
    attributes = "".join(
        f'<attribute name="{marked_up(name)}">{_xml_value(value, losses)}</attribute>'
        for name, value in event.attributes.items()
    )
    return (
        f'<event id="{_xml_text(event.event_id, losses)}" type="{_xml_text(event.type, losses)}" '
        f'time="{event.time}"><attributes>{attributes}</attributes>'
        f"<objects>{_xml_links(event.links)}</objects></event>"
    )


def _xml_object(item: OcelObject, losses: Losses) -> str:
    attributes = "".join(
        f'<attribute name="{marked_up(name)}" time="{time}">{_xml_value(value, losses)}</attribute>'
        for name, value, time in item.values
    )
    return (
        f'<object id="{_xml_text(item.object_id, losses)}" type="{_xml_text(item.type, losses)}">'
        f"<attributes>{attributes}</attributes><objects>{_xml_links(item.relations)}</objects></object>"
    )


def _xml_links(links: list[tuple[str, str]]) -> str:
    return "".join(
        f'<relationship object-id="{marked_up(object_id)}" qualifier="{marked_up(qualifier)}"/>'
        for object_id, qualifier in links
    )


def _xml_value(value: Attribute, losses: Losses) -> str:
    match value:
        case bool():
            return "1" if value else "0"
        case datetime():
            return value.isoformat()
        case float():
            return repr(value)
    return _xml_text(str(value), losses)


def _xml_text(text: str, losses: Losses) -> str:
    if unholdable(text):
        losses.add(_ODD)
    return marked_up(text)


class _Lines:
    """Lines on their way into a file, many at once, with a separator between them."""

    def __init__(self, file: BinaryIO, separator: bytes) -> None:
        self._file, self._separator = file, separator
        self._waiting: list[bytes] = []
        self._started = False

    def add(self, line: bytes) -> None:
        """Put a line in."""
        self._waiting.append(line)
        if len(self._waiting) >= _BLOCK:
            self._write()

    def end(self, closing: bytes) -> None:
        """Write what waits, then what closes these lines; others may follow."""
        self._write()
        self._file.write(closing)
        self._started = False

    def _write(self) -> None:
        if self._waiting:
            self._file.write(self._separator if self._started else b"")
            self._file.write(self._separator.join(self._waiting))
            self._started = True
            self._waiting.clear()
