"""OCEL 2.0 as JSON, read as a stream: only one event or object is in memory at a time."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.compressed import reading
from eventlogs.exchange.ocel.json_stream import JsonStream
from eventlogs.exchange.ocel.notes import checked_notes
from eventlogs.exchange.ocel.stage import OcelStage
from eventlogs.exchange.ocel.values import OcelType
from eventlogs.system_faults import LibraryFault

NOTES = "retrofit"  # the member in which our own exports note what OCEL has no word for
_TYPES = ("eventTypes", "objectTypes")
_REQUIRED = (*_TYPES, "events", "objects")
_BLOCK = 1 << 16


def stage_json(stage: OcelStage, *, compressed: bool, advance: Callable[[int], None]) -> dict[str, Any]:
    """Gather a JSON file's rows and return the notes of our own exports in it.

    The file is gone through three times, since its members may stand in any order; `advance` is told
    the bytes of the last two.
    """
    path = stage.path
    try:
        with reading(path, compressed=compressed) as file:
            members = _types_and_notes(JsonStream(file, path))
        _declare(stage, members)
        notes = checked_notes(members.get(NOTES) or {}, path)
        stage.heed(notes)
        with reading(path, compressed=compressed, advance=advance) as file:
            for number, item in enumerate(
                ijson.items(JsonStream(file, path), "objects.item", use_float=True)
            ):
                _add_object(stage, f"objects[{number}]", item)
        with reading(path, compressed=compressed, advance=advance) as file:
            for number, item in enumerate(ijson.items(JsonStream(file, path), "events.item", use_float=True)):
                _add_event(stage, f"events[{number}]", item)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise ImportRefusedError(
            "{file} is broken JSON at byte {byte}: {reason}; get the whole file again, or mend it there",
            file=path.name,
            byte=_broken_byte(path, compressed),
            reason=LibraryFault(str(error).splitlines()[0].strip()),
        ) from None
    return notes


def _types_and_notes(file: JsonStream) -> dict[str, Any]:
    """Return the members that are small, having seen that the large ones are there."""
    members: dict[str, Any] = {}
    builder, wanted = ijson.ObjectBuilder(), ""
    for prefix, event, value in ijson.parse(file, use_float=True):
        if prefix == "" and event == "map_key":
            if wanted:
                members[wanted] = builder.value
            wanted, builder = (value if value in (*_TYPES, NOTES) else ""), ijson.ObjectBuilder()
            members.setdefault(value, None)
            if not wanted and all(name in members for name in _REQUIRED):
                break  # the rest is read by the next passes
        elif wanted and prefix:
            builder.event(event, value)
    if wanted:
        members[wanted] = builder.value
    return members


def _declare(stage: OcelStage, members: dict[str, Any]) -> None:
    for name in _REQUIRED:
        if name not in members:
            raise ImportRefusedError(
                '{file} is not OCEL 2.0: its member "{member}" is missing', file=stage.path.name, member=name
            )
    for name, types in zip(_TYPES, (stage.declared.events, stage.declared.objects), strict=True):
        if not isinstance(members[name] or [], list):
            raise _no_list(stage, name)
        for number, item in enumerate(members[name] or ()):
            place = f"{name}[{number}]"
            _be_map(stage, place, item)
            stage.declare(
                types, item.get("name"), _pairs(stage, place, item, "attributes", "name", "type"), place
            )


def _add_event(stage: OcelStage, place: str, item: Any) -> None:
    with stage.setting_aside(place):
        _be_map(stage, place, item)
        stage.add_event(
            place,
            item.get("id"),
            item.get("type"),
            item.get("time"),
            _pairs(stage, place, item, "attributes", "name", "value"),
            _pairs(stage, place, item, "relationships", "objectId", "qualifier"),
        )


def _add_object(stage: OcelStage, place: str, item: Any) -> None:
    with stage.setting_aside(place):
        _be_map(stage, place, item)
        object_id = stage.required(item.get("id"), "id", place)
        declared = stage.add_object(place, object_id, item.get("type"))
        for value in _list(stage, place, item, "attributes"):
            with stage.setting_aside(place):
                _add_value(stage, place, object_id, value, declared)
        for target, qualifier in _pairs(stage, place, item, "relationships", "objectId", "qualifier"):
            with stage.setting_aside(place):
                stage.add_relation(place, object_id, target, qualifier)


def _add_value(
    stage: OcelStage, place: str, object_id: str, item: Any, declared: dict[str, OcelType]
) -> None:
    _be_map(stage, place, item)
    name = stage.required(item.get("name"), "name", place)
    value = stage.typed(place, name, item.get("value"), declared)
    stage.add_value(object_id, name, value, stage.moment(place, item.get("time")))


def _pairs(
    stage: OcelStage, place: str, item: dict[str, Any], member: str, first: str, second: str
) -> list[tuple[Any, Any]]:
    parts = _list(stage, place, item, member)
    for part in parts:
        _be_map(stage, f"{place}.{member}", part)
    return [(part.get(first), part.get(second)) for part in parts]


def _list(stage: OcelStage, place: str, item: dict[str, Any], member: str) -> list[Any]:
    found = item.get(member) or []
    if not isinstance(found, list):
        raise _no_list(stage, f"{place}.{member}")
    return found


def _no_list(stage: OcelStage, place: str) -> ImportRefusedError:
    return ImportRefusedError(
        "{file}, {place}: a JSON list is expected here, in square brackets", file=stage.path.name, place=place
    )


def _be_map(stage: OcelStage, place: str, item: Any) -> None:
    if not isinstance(item, dict):
        raise ImportRefusedError(
            "{file}, {place}: a JSON object is expected here, in braces", file=stage.path.name, place=place
        )


def _broken_byte(path: Path, compressed: bool) -> int:
    """Return where JSON breaks: the first byte that no JSON can have, or the end of a file cut off.

    The file is parsed up to the block that breaks, then that block byte by byte.
    """
    start = max(_fed(path, compressed, _whole_blocks), default=0)
    return max(_fed(path, compressed, lambda file: _single_bytes(file, start)), default=start)


def _fed(path: Path, compressed: bool, parts: Callable[[BinaryIO], Iterable[bytes]]) -> Iterable[int]:
    """Feed a parser part by part and yield how many bytes it took, until it breaks."""
    parser = ijson.basic_parse_coro(_Sink())
    taken = 0
    with reading(path, compressed=compressed) as file:
        for part in parts(file):
            try:
                parser.send(part)
            except (ijson.JSONError, StopIteration, UnicodeDecodeError):
                return
            taken += len(part)
            yield taken


def _whole_blocks(file: BinaryIO) -> Iterable[bytes]:
    return iter(lambda: file.read(_BLOCK), b"")


def _single_bytes(file: BinaryIO, start: int) -> Iterable[bytes]:
    """Yield `start` bytes as they were fed before, and the next block byte by byte."""
    for _ in range(0, start, _BLOCK):
        yield file.read(_BLOCK)
    for byte in file.read(_BLOCK):
        yield bytes((byte,))


class _Sink:
    """Takes a parser's events and forgets them."""

    def send(self, event: object) -> None:
        """Forget an event."""
