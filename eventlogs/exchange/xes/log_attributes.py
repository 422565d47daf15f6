"""What the attributes of an XES log say of our own: case type, zone, simulation, other objects."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from eventlogs.attributes import encode, encode_value
from eventlogs.errors import ImportRefusedError
from eventlogs.events import Attribute
from eventlogs.exchange.choices import ZONE_OF_NAIVE_TIMES, ImportChoices
from eventlogs.exchange.log_writer import CASE_TYPE, LogWriter
from eventlogs.exchange.staging import CHANGES, OBJECTS, RELATIONS
from eventlogs.exchange.xes import names as xes_names
from eventlogs.exchange.xes.head_reader import XesHeader

_OWN = {
    xes_names.CASE_TYPE,
    xes_names.TIMEZONE,
    xes_names.SIMULATED,
    xes_names.OBJECTS,
    xes_names.CHANGES,
    xes_names.RELATIONS,
}


@dataclass(frozen=True)
class LogProperties:
    """A log's own properties."""

    case_type: str
    timezone: str
    simulated: bool

    def source(self, header: XesHeader) -> dict[str, Attribute]:
        """Return what the log's `source` keeps of the header."""
        attributes = {key: value for key, value in header.attributes.items() if key not in _OWN}
        return header.source() | {"attributes": attributes}


def log_properties(header: XesHeader, choices: ImportChoices) -> LogProperties:
    """Return the properties that a file names, or the usual ones."""
    said = header.attributes
    zone = choices.timezone or said.get(xes_names.TIMEZONE) or ZONE_OF_NAIVE_TIMES
    return LogProperties(
        case_type=str(said.get(xes_names.CASE_TYPE) or CASE_TYPE),
        timezone=str(zone),
        simulated=said.get(xes_names.SIMULATED) is True,
    )


def add_other_objects(writer: LogWriter, header: XesHeader, file: Path) -> None:
    """Write the objects that are no cases, their changes and relations, which our own files list.

    Raises `ImportRefusedError` where an item holds something else than the text that belongs there.
    """
    add: tuple[tuple[str, pa.Schema, Callable[[pa.Table], None]], ...] = (
        (xes_names.OBJECTS, OBJECTS, writer.add_objects),
        (xes_names.CHANGES, CHANGES, writer.add_changes),
        (xes_names.RELATIONS, RELATIONS, writer.add_relations),
    )
    for key, schema, write in add:
        listed = header.attributes.get(key)
        rows = [_row(item) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
        if rows:
            _refuse_other_than_texts(rows, schema, file, key)
            write(pa.Table.from_pylist(rows, schema=schema))


def _row(item: dict[str, Attribute]) -> dict[str, object]:
    row: dict[str, object] = dict(item)
    if "value" in item:
        row["value"] = encode_value(item["value"])
    if "attributes" in item or "object_type" in item:
        given = item.get("attributes")
        row["attributes"] = encode(given) if isinstance(given, dict) else "{}"
    if not isinstance(row.get("changed_at"), datetime):
        row.pop("changed_at", None)
    return row


def _refuse_other_than_texts(
    rows: list[dict[str, object]], schema: pa.Schema, file: Path, listed: str
) -> None:
    texts = [column.name for column in schema if pa.types.is_string(column.type)]
    for number, row in enumerate(rows, 1):
        for column in texts:
            if not isinstance(row.get(column, ""), str):
                raise ImportRefusedError(
                    "{file}: {column} of item {number} in the list {listed} is no text; write one there",
                    file=file,
                    column=column,
                    number=number,
                    listed=listed,
                )
