"""The process map: which activity directly follows which, how often, in how many cases, after what wait."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eventlogs.amounts import number_text, span_text
from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.shape import SECOND, Shape, shape_of
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, attribute_label
from mining.cases.case_groups import case_groups, value_text

_ACTIVITIES = "SELECT code, name FROM activity_code"
_SHOWN = 40  # arcs in the text


@dataclass(frozen=True, slots=True)
class Node:
    """An activity: how many events, in how many cases."""

    activity: str
    events: int
    cases: int


@dataclass(frozen=True, slots=True)
class Arc:
    """`target` directly follows `source`; waiting is the time between the two events, None without times."""

    source: str
    target: str
    frequency: int
    cases: int
    mean_waiting_seconds: float | None
    median_waiting_seconds: float | None
    p90_waiting_seconds: float | None


@dataclass(frozen=True, slots=True)
class MapPart:
    """The map of some cases: nodes and arcs by frequency, and how many cases start and end with what."""

    value: Attribute
    cases: int
    events: int
    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    start_activities: Mapping[str, int]
    end_activities: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """The map of a log; in `groups` those of the cases that share the value of the attribute `by`."""

    log: str
    simulated: bool
    cases: int
    events: int
    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    start_activities: Mapping[str, int]
    end_activities: Mapping[str, int]
    by: str | None = None
    groups: tuple[MapPart, ...] = ()

    @property
    def whole(self) -> MapPart:
        """The map of all cases together."""
        return MapPart(
            None, self.cases, self.events, self.nodes, self.arcs, self.start_activities, self.end_activities
        )

    def as_text(self) -> str:
        """Return the map as tables of arcs, most frequent first."""
        head = say(
            "{log}: {cases} cases, {events} events",
            log=self.log,
            cases=number_text(self.cases),
            events=number_text(self.events),
        )
        if self.by is None:
            return "\n\n".join([head, *_tables(self.whole)])
        parts = [head]
        for group in self.groups:
            parts += [_group_head(self.by, group), *_tables(group)]
        return "\n\n".join(parts)


def _group_head(by: str, group: MapPart) -> str:
    return say(
        "{by} {value}: {cases} cases",
        by=attribute_label(by),
        value=value_text(by, group.value),
        cases=number_text(group.cases),
    )


@dataclass(slots=True)
class _Found:
    """What was counted of one group, by codes."""

    arcs: list[tuple[Any, ...]] = field(default_factory=list)
    cases_of_arc: dict[int, int] = field(default_factory=dict)
    cases_of_activity: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


def process_map(prepared: PreparedLog, *, by: str | None = None) -> ProcessMap:
    """Return the map of a log, and of each group of cases that the attribute `by` parts.

    Raises `UnknownAttributeError` if neither cases nor events have the attribute `by`.
    """
    attribute = None if by is None else prepared.attribute(by)
    whole = _parts(prepared, None)
    part = whole[0] if whole else MapPart(None, 0, 0, (), (), {}, {})
    return ProcessMap(
        prepared.log.name,
        prepared.log.simulated,
        part.cases,
        part.events,
        part.nodes,
        part.arcs,
        part.start_activities,
        part.end_activities,
        by,
        () if attribute is None else tuple(_parts(prepared, attribute)),
    )


def _parts(prepared: PreparedLog, attribute: int | None) -> list[MapPart]:
    found, names, shape = _counted(prepared, attribute)
    return [
        _part(found[group.code], names, shape, group.value, group.cases)
        for group in case_groups(prepared, attribute)
    ]


def _counted(
    prepared: PreparedLog, attribute: int | None
) -> tuple[Mapping[int, _Found], Mapping[int, str], Shape]:
    asked = {"attribute": attribute}
    found: dict[int, _Found] = defaultdict(_Found)
    with prepared.reading() as connection:
        names = dict(connection.execute(_ACTIVITIES).fetchall())
        shape = shape_of(connection)
        arcs = "arcs" if attribute is None else "arcs_by"
        parameters = {} if attribute is None else asked
        for code, *arc in connection.execute(sql(f"discovery/{arcs}", "mining"), parameters).fetchall():
            found[code].arcs.append(tuple(arc))
        for code, edge, activity, n in connection.execute(
            sql("discovery/cases_of_arcs", "mining"), asked
        ).fetchall():
            if edge is None:
                found[code].cases_of_activity[activity] = n
            else:
                found[code].cases_of_arc[edge] = n
        for code, activity, n in connection.execute(sql("discovery/starts", "mining"), asked).fetchall():
            found[code].starts[activity] = n
    return found, names, shape


def _part(found: _Found, names: Mapping[int, str], shape: Shape, value: Attribute, cases: int) -> MapPart:
    per_second = SECOND / shape.wait_unit
    events: Counter[int] = Counter()
    arcs, ends = [], {}
    for edge, frequency, mean, quantiles in found.arcs:
        source, target = divmod(edge, shape.stride)
        events[source] += frequency
        if target:
            median, p90 = quantiles or (None, None)
            within = found.cases_of_arc[edge]
            arcs.append(
                Arc(
                    names[source],
                    names[target],
                    frequency,
                    within,
                    mean and mean / per_second,
                    median and median / per_second,
                    p90 and p90 / per_second,
                )
            )
        else:
            ends[names[source]] = frequency
    nodes = [Node(names[code], n, found.cases_of_activity[code]) for code, n in events.items()]
    starts = {names[code]: n for code, n in found.starts.items()}
    return MapPart(
        value,
        cases,
        events.total(),
        tuple(sorted(nodes, key=lambda node: (-node.events, node.activity))),
        tuple(sorted(arcs, key=lambda arc: (-arc.frequency, arc.source, arc.target))),
        _most_frequent_first(starts),
        _most_frequent_first(ends),
    )


def _most_frequent_first(counts: Mapping[str, int]) -> Mapping[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _tables(part: MapPart) -> list[str]:
    head = [say("From"), say("To"), say("Times"), say("Cases"), say("Median wait"), say("90 % wait at most")]
    rows = [
        [
            activity_label(arc.source),
            activity_label(arc.target),
            number_text(arc.frequency),
            number_text(arc.cases),
            span_text(arc.median_waiting_seconds),
            span_text(arc.p90_waiting_seconds),
        ]
        for arc in part.arcs[:_SHOWN]
    ]
    more = len(part.arcs) - _SHOWN
    parts = [table(head, rows, right=[2, 3, 4, 5])] if rows else []
    if more > 0:
        parts[0] += "\n" + say("… and {n} more", n=number_text(more))
    parts.append(say("Cases start with {activities}.", activities=_enumerated(part.start_activities)))
    parts.append(say("Cases end with {activities}.", activities=_enumerated(part.end_activities)))
    return parts


def _enumerated(counts: Mapping[str, int]) -> str:
    return say(", ").join(f"{activity_label(name)} ({number_text(n)})" for name, n in counts.items())
