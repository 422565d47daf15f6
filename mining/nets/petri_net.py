"""A labelled Petri net as a value, and how one is read from PNML.

Silent transitions carry no label. Source of the format: ISO/IEC 15909-2; the `$invisible$` mark and the
final markings are ProM's extensions, which pm4py writes too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from eventlogs.errors import EventLogError

INVISIBLE = "$invisible$"
SPECIAL_ARCS = frozenset({"reset", "inhibitor", "resetinhibitor", "read"})


class ModelRefusedError(EventLogError):
    """A file cannot be read as a process model that this engine can check."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of a net: its label, None for a silent one, what it takes and what it gives, place to weight."""

    name: str
    label: str | None
    takes: Mapping[str, int]
    gives: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PetriNet:
    """A net with the marking it starts in and the marking it must end in, place to number of tokens."""

    places: tuple[str, ...]
    transitions: tuple[Transition, ...]
    initial: Mapping[str, int]
    final: Mapping[str, int]

    @property
    def labels(self) -> tuple[str, ...]:
        """The activities the net knows, sorted."""
        return tuple(sorted({step.label for step in self.transitions if step.label is not None}))


def read_pnml(file: Path) -> PetriNet:
    """Return the net of a PNML `file`.

    Without a stated final marking it is one token on the only place that no transition takes from.
    """
    elements = list(_net_element(file).iter())
    arcs = [element for element in elements if _kind(element) == "arc"]
    takes: dict[str, dict[str, int]] = {}
    gives: dict[str, dict[str, int]] = {}
    places = {_identity(file, place): _tokens(file, place) for place in elements if _is_place(place)}
    steps = {_identity(file, step): step for step in elements if _kind(step) == "transition"}
    for arc in arcs:
        _add_arc(file, arc, places, steps, takes, gives)
    initial = {place: tokens for place, tokens in places.items() if tokens}
    if not initial:
        raise ModelRefusedError("{file}: no place has an initial marking; one must hold a token", file=file)
    return PetriNet(
        places=tuple(places),
        transitions=tuple(
            Transition(name, _label(step), takes.get(name, {}), gives.get(name, {}))
            for name, step in steps.items()
        ),
        initial=initial,
        final=_final_marking(file, elements, places, takes),
    )


def _net_element(file: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(file.read_bytes(), parser)
    except FileNotFoundError:
        raise ModelRefusedError("{file}: there is no such file", file=file) from None
    except OSError as fault:
        raise ModelRefusedError("{file}: cannot be read: {reason}", file=file, reason=fault) from fault
    except etree.XMLSyntaxError as fault:
        raise ModelRefusedError("{file}: not XML: {reason}", file=file, reason=fault.msg) from fault
    for element in root.iter():
        if _kind(element) == "net":
            return element
    raise ModelRefusedError("{file}: no <net> in it; a model must be a Petri net in PNML", file=file)


def _kind(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_place(element: etree._Element) -> bool:
    return _kind(element) == "place" and element.get("id") is not None


def _identity(file: Path, element: etree._Element) -> str:
    identity = element.get("id")
    if identity is None:
        raise ModelRefusedError(
            "{file}, line {line}: this <{kind}> has no id",
            file=file,
            line=element.sourceline,
            kind=_kind(element),
        )
    return identity


def _child_text(element: etree._Element, kind: str) -> str | None:
    for child in element:
        if _kind(child) == kind:
            return next((text.text or "" for text in child.iter() if _kind(text) == "text"), child.text)
    return None


def _number(file: Path, element: etree._Element, text: str | None, default: int) -> int:
    if text is None or not text.strip():
        return default
    try:
        number = int(text.strip())
    except ValueError:
        number = -1
    if number < 0:
        raise ModelRefusedError(
            "{file}, line {line}: '{value}' is not a whole number of tokens",
            file=file,
            line=element.sourceline,
            value=text.strip(),
        )
    return number


def _tokens(file: Path, place: etree._Element) -> int:
    return _number(file, place, _child_text(place, "initialMarking"), 0)


def _label(step: etree._Element) -> str | None:
    if any(tool.get("activity") == INVISIBLE for tool in step if _kind(tool) == "toolspecific"):
        return None
    name = _child_text(step, "name")
    if name is None:
        return step.get("id")
    return name or None


def _add_arc(
    file: Path,
    arc: etree._Element,
    places: Mapping[str, int],
    steps: Mapping[str, etree._Element],
    takes: dict[str, dict[str, int]],
    gives: dict[str, dict[str, int]],
) -> None:
    source, target = arc.get("source", ""), arc.get("target", "")
    kind = (_child_text(arc, "arctype") or arc.get("type") or "").strip().lower()
    if kind in SPECIAL_ARCS:
        raise ModelRefusedError(
            "{file}, line {line}: {kind} arcs are not supported; use ordinary arcs only",
            file=file,
            line=arc.sourceline,
            kind=kind,
        )
    weight = _number(file, arc, _child_text(arc, "inscription"), 1)
    if source in places and target in steps:
        into, place = takes.setdefault(target, {}), source
    elif source in steps and target in places:
        into, place = gives.setdefault(source, {}), target
    else:
        raise ModelRefusedError(
            "{file}, line {line}: the arc from '{source}' to '{target}' must join a place and a transition",
            file=file,
            line=arc.sourceline,
            source=source,
            target=target,
        )
    into[place] = into.get(place, 0) + weight


def _final_marking(
    file: Path,
    elements: list[etree._Element],
    places: Mapping[str, int],
    takes: Mapping[str, Mapping[str, int]],
) -> dict[str, int]:
    stated = dict(_stated_final(file, elements))
    if stated:
        for place in stated:
            if place not in places:
                raise ModelRefusedError(
                    "{file}: the final marking names place '{place}', which is not in the net",
                    file=file,
                    place=place,
                )
        return stated
    needed = {place for taken in takes.values() for place in taken}
    sinks = [place for place in places if place not in needed]
    if len(sinks) != 1:
        raise ModelRefusedError(
            "{file}: no final marking, and {n} places could be the end; add <finalmarkings> to the net",
            file=file,
            n=len(sinks),
        )
    return {sinks[0]: 1}


def _stated_final(file: Path, elements: list[etree._Element]) -> Iterator[tuple[str, int]]:
    for element in elements:
        if _kind(element) == "finalmarkings":
            markings = [child for child in element if _kind(child) == "marking"]
            if len(markings) > 1:
                raise ModelRefusedError("{file}: more than one final marking; keep one", file=file)
            for place in (place for marking in markings for place in marking if _kind(place) == "place"):
                tokens = _number(file, place, next((t.text for t in place if _kind(t) == "text"), None), 1)
                if tokens:
                    yield place.get("idref", ""), tokens
