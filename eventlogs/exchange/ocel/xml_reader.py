"""OCEL 2.0 as XML, read as a stream: an element is forgotten once its row is gathered."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.compressed import reading
from eventlogs.exchange.ocel.notes import read_notes
from eventlogs.exchange.ocel.stage import OcelStage
from eventlogs.system_faults import LibraryFault

NOTES = "retrofit"  # the processing instruction in which our own exports note what OCEL has no word for
_LISTS = {"event-types", "object-types", "events", "objects"}


def stage_xml(stage: OcelStage, *, compressed: bool, advance: Callable[[int], None]) -> dict[str, Any]:
    """Gather an XML file's rows and return the notes of our own exports in it.

    The file is gone through twice, since types may be declared after their use; `advance` is told the
    bytes of the second time.
    """
    try:
        with reading(stage.path, compressed=compressed) as file:
            notes = _declare(stage, file)
        stage.heed(notes)
        with reading(stage.path, compressed=compressed, advance=advance) as file:
            for element in _items(file, "event", "object"):
                place = f"line {element.sourceline}"
                with stage.setting_aside(place):
                    _ADD[_name(element)](stage, place, element)
    except etree.XMLSyntaxError as error:
        raise ImportRefusedError(
            "{file} is broken XML at line {line}: {reason}; get the whole file again, or mend it there",
            file=stage.path.name,
            line=error.lineno,
            reason=LibraryFault(error.msg),
        ) from None
    return notes


def _items(file: BinaryIO, *names: str) -> Iterator[etree._Element]:
    """Yield the members of the four lists that are named so, whole, and forget each afterwards.

    Entities are not resolved and nothing is fetched, so that a hostile file can neither swell nor spy.
    """
    depth = 0
    parser = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, remove_comments=True
    )
    for event, element in parser:
        if event == "start":
            depth += 1
            continue
        depth -= 1
        if depth != 2:  # the lists stand in <log>, their members in the lists
            continue
        if _name(element) in names:
            yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _declare(stage: OcelStage, file: BinaryIO) -> dict[str, Any]:
    """Declare the types, refuse a file without its four lists, and return our notes."""
    notes: dict[str, Any] = {}
    seen: set[str] = set()
    for event, element in etree.iterparse(
        file, events=("start", "end", "pi"), resolve_entities=False, no_network=True
    ):
        if event == "pi":
            notes = _note(stage, element) or notes
        elif event == "start":
            _refuse_document_type(stage, element)
            parent = element.getparent()
            if parent is not None and parent.getparent() is None:
                seen.add(_name(element))
        elif _declare_type(stage, element) and seen >= _LISTS:
            break  # the types are known: the rest is read by the next pass
    for name in sorted(_LISTS - seen):
        raise ImportRefusedError(
            "{file} is not OCEL 2.0: its element <{element}> is missing", file=stage.path.name, element=name
        )
    return notes


def _declare_type(stage: OcelStage, element: etree._Element) -> bool:
    """Declare a type; tell whether the element is an event or object instead, and forget that."""
    name = _name(element)
    kinds = {"event-type": stage.declared.events, "object-type": stage.declared.objects}
    if name in kinds:
        pairs = [(part.get("name"), part.get("type", "string")) for part in _parts(element, "attribute")]
        stage.declare(kinds[name], element.get("name"), pairs, f"line {element.sourceline}")
    item = name in ("event", "object") and element.get("object-id") is None
    if item:
        element.clear()
    return item


def _note(stage: OcelStage, element: Any) -> dict[str, Any]:
    return read_notes(element.text or "{}", stage.path) if element.target == NOTES else {}


def _refuse_document_type(stage: OcelStage, element: etree._Element) -> None:
    if element.getparent() is None and element.getroottree().docinfo.internalDTD is not None:
        raise ImportRefusedError(
            "{file} has a document type declaration (<!DOCTYPE>), which may hide entities; "
            "take that line out and import it again",
            file=stage.path.name,
        )


def _add_event(stage: OcelStage, place: str, element: etree._Element) -> None:
    stage.add_event(
        place,
        element.get("id"),
        element.get("type"),
        element.get("time"),
        [(part.get("name"), part.text or "") for part in _parts(element, "attribute")],
        _relations(element),
    )


def _add_object(stage: OcelStage, place: str, element: etree._Element) -> None:
    object_id = element.get("id")
    declared = stage.add_object(place, object_id, element.get("type"))
    for part in _parts(element, "attribute"):
        where = f"line {part.sourceline}"
        with stage.setting_aside(where):
            value = stage.typed(where, part.get("name"), part.text or "", declared)
            moment = stage.moment(where, part.get("time"))
            stage.add_value(str(object_id), str(part.get("name")), value, moment)
    for target, qualifier in _relations(element):
        with stage.setting_aside(place):
            stage.add_relation(place, object_id, target, qualifier)


_ADD = {"event": _add_event, "object": _add_object}


def _relations(element: etree._Element) -> list[tuple[Any, Any]]:
    """Return related objects; the standard's text names the qualifier in two ways."""
    return [
        (part.get("object-id"), part.get("qualifier", part.get("relationship")))
        for part in element.iter()
        if part.get("object-id") is not None
    ]


def _parts(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (part for part in element.iter() if isinstance(part.tag, str) and _name(part) == name)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
