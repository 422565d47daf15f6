"""What a reader picked in the map: a step or a path, with its figures, and the ways to filter by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.analysis.choice import ARC, Choice, arc
from dashboards.analysis.head import BASE
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.words import activity_label
from mining.discovery.map_layout import printable
from mining.discovery.process_map import Arc, Node, ProcessMap


@dataclass(frozen=True, slots=True)
class Picked:
    """A step or a path of the map; `activity` is the key of a step's word in the glossary."""

    title: str
    activity: str | None
    facts: tuple[tuple[str, str], ...]
    with_address: str
    without_address: str
    cases_address: str


def picked_in(
    parameters: Mapping[str, str], found: ProcessMap, choice: Choice, own: Sequence[tuple[str, str]]
) -> Picked | None:
    """Return what an address picks; None where it picks nothing that the map has."""
    if wanted := parameters.get("pick"):
        node = next((one for one in found.nodes if printable(one.activity) == printable(wanted)), None)
        return None if node is None else _picked_node(node, found, choice, own)
    if not (wanted := parameters.get("pick_path")):
        return None
    source, _, target = (printable(part) for part in wanted.partition(ARC))
    path = next(
        (one for one in found.arcs if (printable(one.source), printable(one.target)) == (source, target)),
        None,
    )
    return None if path is None else _picked_arc(path, found, choice, own)


def _picked_node(node: Node, found: ProcessMap, choice: Choice, own: Sequence[tuple[str, str]]) -> Picked:
    facts = [
        (say("Cases"), _of(node.cases, found.cases)),
        (say("Events"), number_text(node.events)),
        (say("Starts"), number_text(found.start_activities.get(node.activity, 0))),
        (say("Ends"), number_text(found.end_activities.get(node.activity, 0))),
    ]
    only = choice.with_(("with", node.activity))
    return Picked(
        activity_label(node.activity),
        node.activity,
        tuple(facts),
        only.address(f"{BASE}/map", own),
        choice.with_(("without", node.activity)).address(f"{BASE}/map", own),
        only.cases(),
    )


def _picked_arc(path: Arc, found: ProcessMap, choice: Choice, own: Sequence[tuple[str, str]]) -> Picked:
    facts = [
        (say("Cases"), _of(path.cases, found.cases)),
        (say("Times"), number_text(path.frequency)),
        (say("Median wait"), span_text(path.median_waiting_seconds)),
        (say("Mean wait"), span_text(path.mean_waiting_seconds)),
        (say("90 % wait at most"), span_text(path.p90_waiting_seconds)),
    ]
    value = arc(path.source, path.target)
    only = choice.with_(("path", value))
    return Picked(
        f"{activity_label(path.source)} → {activity_label(path.target)}",
        None,
        tuple(facts),
        only.address(f"{BASE}/map", own),
        choice.with_(("nopath", value)).address(f"{BASE}/map", own),
        only.cases(),
    )


def _of(n: int, all_cases: int) -> str:
    return say(
        "{n} of {all} ({share})",
        n=number_text(n),
        all=number_text(all_cases),
        share=share_text(n / all_cases),
    )
