"""A log as OCEL 2.0 sees it: its types with their attributes' types, its events, its objects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

from eventlogs.attributes import decode, decode_value, encode_value
from eventlogs.events import Attribute
from eventlogs.exchange.losses import Losses
from eventlogs.exchange.stored_log import CaseRow, Owner, StoredLog
from eventlogs.exchange.xes.names import ATTRIBUTE_PREFIX
from eventlogs.language import sayable

START = "1970-01-01T00:00:00Z"  # the time of a value that an object has from the start
EXACT = "json"  # our own type for values that OCEL's five cannot hold: text that is typed JSON
EVIDENCE = "retrofit:evidence"
UNTIMED = "retrofit:untimed"  # true of an event without a time, which stands at START
_UNTIMED = sayable(
    "{n} events have no time, which OCEL requires; they stand at 1970-01-01, marked retrofit:untimed"
)
_PLAIN = frozenset({"string", "time", "integer", "float", "boolean"})
_COLUMNS = {
    "lifecycle": "lifecycle:transition",
    "role": "org:role",
    "actor": "org:resource",
    "tool": "retrofit:tool",
}
_RESERVED = frozenset({*_COLUMNS.values(), EVIDENCE, UNTIMED})
_SQL_TYPES: tuple[tuple[str, Owner], ...] = (("objects", "case"), ("objects", "object"), ("events", "event"))
_USED_COLUMNS = """
    SELECT activity, bool_or(lifecycle <> 'complete'), bool_or(role IS NOT NULL), bool_or(actor IS NOT NULL),
        bool_or(tool IS NOT NULL), bool_or(evidence::VARCHAR <> '{}'), bool_or(occurred_at IS NULL)
    FROM effective_event WHERE log_id = $log_id GROUP BY activity ORDER BY activity
"""
_OBJECT_TYPES = """
    SELECT DISTINCT object_type FROM object WHERE log_id = $log_id
    UNION SELECT DISTINCT object_type FROM event_object WHERE log_id = $log_id
    ORDER BY 1
"""

Types = dict[str, dict[str, str]]


class OcelEvent(NamedTuple):
    """An event, with its attributes as values, and its links as pairs of an object and a qualifier."""

    event_id: str
    type: str
    time: str
    attributes: dict[str, Attribute]
    links: list[tuple[str, str]]


class OcelObject(NamedTuple):
    """An object, with triples of attribute, value and time, and its relations as pairs."""

    object_id: str
    type: str
    values: list[tuple[str, Attribute, str]]
    relations: list[tuple[str, str]]


@dataclass(frozen=True)
class OcelExport:
    """What the three formats write."""

    log: StoredLog
    losses: Losses

    @cached_property
    def types(self) -> tuple[Types, Types]:
        """The event types and the object types, each with the types of its attributes."""
        declared = self._declared_in_the_imported_file()
        connection, parameters = self.log.connection, {"log_id": self.log.log_id}
        for activity, *used, evidence, untimed in connection.execute(_USED_COLUMNS, parameters).fetchall():
            names = declared["events"].setdefault(activity, {})
            names |= {
                name: "string" for name, is_used in zip(_COLUMNS.values(), used, strict=True) if is_used
            }
            names |= ({EVIDENCE: EXACT} if evidence else {}) | ({UNTIMED: "boolean"} if untimed else {})
        for (object_type,) in connection.execute(_OBJECT_TYPES, parameters).fetchall():
            declared["objects"].setdefault(object_type, {})
        for part, owner in _SQL_TYPES:
            for type_, kinds_of in self.log.kinds[owner].items():
                known = declared[part].setdefault(type_, {})
                for name, kinds in kinds_of.items():
                    known[_aside(name) if owner == "event" else name] = _type(kinds)
        return declared["events"], declared["objects"]

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What a reader of ours needs beyond OCEL: the log's properties, and which values are typed JSON."""
        exact = {
            part: exact_names
            for part, types in zip(("events", "objects"), self.types, strict=True)
            if (exact_names := _exact(types))
        }
        log = self.log
        notes: dict[str, Any] = {"version": 1, "case_type": log.case_type, "timezone": log.timezone}
        return notes | ({"simulated": True} if log.simulated else {}) | ({"exact": exact} if exact else {})

    def events(self) -> Iterator[OcelEvent]:
        """Yield the events in recorded order."""
        types = self.types[0]
        for row in self.log.events("events_in_order", "log_id", "timezone"):
            activity = cast(str, row.activity)
            attributes = _typed(_attributes(row), types[activity])
            if row.occurred_at is None:
                self.losses.add(_UNTIMED)
                attributes[UNTIMED] = True
            at = row.occurred_at or START
            yield OcelEvent(cast(str, row.event_key), activity, at, attributes, _links(row))

    def objects(self) -> Iterator[OcelObject]:
        """Yield the objects by type and id."""
        types = self.types[1]
        for object_id, type_, changes, relations in self.log.rows("objects", "log_id", "timezone"):
            values = [
                (
                    it["name"],
                    _one_typed(decode_value(it["value"]), types[type_][it["name"]]),
                    it["changed_at"] or START,
                )
                for it in changes
            ]
            pairs = [(it["object_id"], it["qualifier"]) for it in relations]
            yield OcelObject(object_id, type_, values, pairs)

    def _declared_in_the_imported_file(self) -> dict[str, Types]:
        kept = cast(dict[str, Types], self.log.source.get("ocel") or {})
        return {
            "events": {name: _without_exact(types) for name, types in kept.get("event_types", {}).items()},
            "objects": {name: _without_exact(types) for name, types in kept.get("object_types", {}).items()},
        }


def _without_exact(types: dict[str, str]) -> dict[str, str]:
    return {name: "string" if type_ == EXACT else type_ for name, type_ in types.items()}


def _type(kinds: frozenset[str]) -> str:
    """Return the OCEL type of an attribute whose values are all of one plain kind, else our own."""
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= _PLAIN else EXACT


def _exact(types: Types) -> dict[str, list[str]]:
    found = {type_: [name for name, kind in names.items() if kind == EXACT] for type_, names in types.items()}
    return {type_: names for type_, names in found.items() if names}


def _aside(name: str) -> str:
    return ATTRIBUTE_PREFIX + name if name in _RESERVED else name


def _attributes(row: CaseRow) -> dict[str, Attribute]:
    attributes: dict[str, Attribute] = {}
    if row.lifecycle != "complete":
        attributes["lifecycle:transition"] = row.lifecycle
    for value, column in ((row.role, "role"), (row.actor, "actor"), (row.tool, "tool")):
        if value is not None:
            attributes[_COLUMNS[column]] = value
    if row.evidence != "{}":
        attributes[EVIDENCE] = cast(Attribute, decode(row.evidence))
    if row.attributes != "{}":
        attributes |= {_aside(name): value for name, value in decode(row.attributes).items()}
    return attributes


def _typed(attributes: dict[str, Attribute], types: Mapping[str, str]) -> dict[str, Attribute]:
    return {name: _one_typed(value, types[name]) for name, value in attributes.items()}


def _one_typed(value: Attribute, type_: str) -> Attribute:
    return encode_value(value) if type_ == EXACT else value


def _links(row: CaseRow) -> list[tuple[str, str]]:
    links = [(link["object_id"], link["qualifier"]) for link in row.objects]
    if row.case_id and all(object_id != row.case_id for object_id, _ in links):
        links.append((row.case_id, "case"))
    return links
