"""What a reader picked in the map: a step or a path, with its figures, and the ways to filter by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.analysis.choice import ARC, Choice, arc
from dashboards.analysis.head import BASE
from dashboards.sentences import Sentence, counted
from eventlogs.amounts import share_text, span_text
from eventlogs.language import say
from eventlogs.words import activity_label
from mining.discovery.map_layout import printable
from mining.discovery.process_map import Arc, Node, ProcessMap


@dataclass(frozen=True, slots=True)
class Picked:
    """A step or a path of the map; `activity` is the key of a step's word in the glossary."""

    title: str
    activity: str | None
    facts: tuple[tuple[str, Sentence], ...]
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
    only = choice.with_(("with", node.activity))
    ends = {"starts": found.start_activities, "stops": found.end_activities}
    starts, stops = (
        counted(counts.get(node.activity, 0), choice.cases(("that", which), ("step", node.activity)))
        for which, counts in ends.items()
    )
    facts = [
        (say("Cases"), _of(node.cases, only, found.cases, choice)),
        (say("Events"), counted(node.events, only.cases())),
        (say("Starts"), starts),
        (say("Ends"), stops),
    ]
    return Picked(
        activity_label(node.activity),
        node.activity,
        tuple((name, Sentence(told)) for name, told in facts),
        only.address(f"{BASE}/map", own),
        choice.with_(("without", node.activity)).address(f"{BASE}/map", own),
        only.cases(),
    )


def _picked_arc(path: Arc, found: ProcessMap, choice: Choice, own: Sequence[tuple[str, str]]) -> Picked:
    value = arc(path.source, path.target)
    only = choice.with_(("path", value))
    facts = [
        (say("Cases"), _of(path.cases, only, found.cases, choice)),
        (say("Times"), counted(path.frequency, only.cases())),
        (say("Median wait"), span_text(path.median_waiting_seconds)),
        (say("Mean wait"), span_text(path.mean_waiting_seconds)),
        (say("90 % wait at most"), span_text(path.p90_waiting_seconds)),
    ]
    return Picked(
        f"{activity_label(path.source)} → {activity_label(path.target)}",
        None,
        tuple((name, Sentence(told)) for name, told in facts),
        only.address(f"{BASE}/map", own),
        choice.with_(("nopath", value)).address(f"{BASE}/map", own),
        only.cases(),
    )


def _of(n: int, only: Choice, all_cases: int, choice: Choice) -> str:
    return say(
        "{n} of {all} ({share})",
        n=counted(n, only.cases()),
        all=counted(all_cases, choice.cases()),
        share=share_text(n / all_cases),
    )
