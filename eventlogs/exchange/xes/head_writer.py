"""What an exported XES file says before its first trace: extensions, globals, classifiers, the log itself."""

from collections.abc import Iterator, Mapping
from typing import cast

from eventlogs.attributes import decode, decode_value
from eventlogs.events import Attribute
from eventlogs.exchange.log_writer import CASE_TYPE
from eventlogs.exchange.stored_log import Owner, StoredLog
from eventlogs.exchange.xes import names as xes_names
from eventlogs.exchange.xes.text import colonless_name, element, elements, marked_up, xml_name

_EXTENSIONS = {
    "concept": ("Concept", "http://www.xes-standard.org/concept.xesext"),
    "lifecycle": ("Lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "org": ("Organizational", "http://www.xes-standard.org/org.xesext"),
    "time": ("Time", "http://www.xes-standard.org/time.xesext"),
    "identity": ("Identity", "http://www.xes-standard.org/identity.xesext"),
    xes_names.EXTENSION_PREFIX: (xes_names.EXTENSION_NAME, xes_names.EXTENSION_URI),
}
_RESERVED = {"event": {*xes_names.COLUMNS, *xes_names.OWN_COLUMNS}, "case": {xes_names.NAME}}
_UNKNOWN = "UNKNOWN"


def head(log: StoredLog) -> str:
    """Return the text of a file up to its first trace."""
    kept = cast(dict[str, dict[str, Attribute]], log.source.get("xes") or {})
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849.2016" xes.features="nested-attributes">',
        *_extensions(kept.get("extensions") or []),
        *_globals(log, kept),
        *_classifiers(kept.get("classifiers") or {}),
        *_log_attributes(log, kept.get("attributes") or {}),
    ]
    return "\n".join(parts) + "\n"


def name_of(owner: str, name: str) -> str:
    """Return an attribute's key: one that is a column's is put aside, one that is no XML name is escaped."""
    if name in _RESERVED[owner]:
        return xes_names.ATTRIBUTE_PREFIX + name
    return xml_name(name)


def _extensions(kept: object) -> Iterator[str]:
    declared = dict(_EXTENSIONS)
    for extension in cast(list[dict[str, str]], kept):
        prefix, name, uri = (extension.get(part, "") for part in ("prefix", "name", "uri"))
        if prefix and uri and prefix not in declared:
            declared[prefix] = (name or prefix, uri)
    for prefix, (name, uri) in declared.items():
        yield (
            f'<extension name="{colonless_name(name)}" prefix="{colonless_name(prefix)}" '
            f'uri="{marked_up(uri)}"/>'
        )


def _globals(log: StoredLog, kept: Mapping[str, Mapping[str, Attribute]]) -> Iterator[str]:
    """Yield what every trace and event has: the name, and what the imported file declared and still holds."""
    owners: tuple[tuple[str, Owner], ...] = (("trace", "case"), ("event", "event"))
    for scope, owner in owners:
        present = {*_RESERVED[owner], *log.kinds_of(owner)}
        given = kept.get(f"{scope}_globals") or {}
        declared = {xes_names.NAME: _UNKNOWN} | {key: given[key] for key in given if key in present}
        written = "".join(
            element(name if name in _RESERVED[owner] else xml_name(name), value)
            for name, value in declared.items()
        )
        yield f'<global scope="{scope}">{written}</global>'


def _classifiers(kept: Mapping[str, Attribute]) -> Iterator[str]:
    classifiers = {str(name): str(keys) for name, keys in kept.items() if keys} or {
        "Activity": xes_names.NAME
    }
    for name, keys in classifiers.items():
        yield f'<classifier name="{colonless_name(name)}" keys="{marked_up(keys)}"/>'


def _log_attributes(log: StoredLog, kept: Mapping[str, Attribute]) -> Iterator[str]:
    yield elements({xes_names.NAME: log.name, **kept})
    if log.case_type != CASE_TYPE:
        yield element(xes_names.CASE_TYPE, log.case_type)
    yield element(xes_names.TIMEZONE, log.timezone)
    if log.simulated:
        yield element(xes_names.SIMULATED, True)
    for key, rows in (
        (xes_names.OBJECTS, _objects(log)),
        (xes_names.CHANGES, _changes(log)),
        (xes_names.RELATIONS, _relations(log)),
    ):
        if rows:
            yield element(key, cast(Attribute, rows))


def _objects(log: StoredLog) -> list[dict[str, Attribute]]:
    return [
        {"object_id": object_id, "object_type": type_, "attributes": decode(attributes)}
        for object_id, type_, attributes in log.rows("other_objects", "log_id", "case_type")
    ]


def _changes(log: StoredLog) -> list[dict[str, Attribute]]:
    return [
        {"object_id": object_id, "name": name, "value": decode_value(value), "changed_at": at}
        for object_id, name, value, at in log.rows("later_changes", "log_id")
    ]


def _relations(log: StoredLog) -> list[dict[str, Attribute]]:
    return [
        {"source_id": source, "target_id": target, "qualifier": qualifier}
        for source, target, qualifier in log.rows("relations", "log_id")
    ]
