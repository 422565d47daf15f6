"""The cases of every group counted by what they did, each question asked once for all groups."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eventlogs.prepared import Connection
from eventlogs.shape import shape_of
from eventlogs.sql_files import sql
from mining.comparison.profiles import (
    FIRST_STEP,
    STEPS_PER_DECADE,
    Counts,
    Histogram,
    Pair,
    RuleTally,
    State,
    Trace,
)
from mining.nets.traces import Traces
from mining.normative.model import NormativeModel

Cell = tuple[int, int]  # group and layer; layer 0 where all layers are taken together
Ints = NDArray[np.int64]

_ACTIVITIES = "SELECT code, name FROM activity_code"


class CaseCounter:
    """Counts over the tables `compared_case` and, where rules were judged, `norm_status`."""

    def __init__(
        self, connection: Connection, traces: Traces, model: NormativeModel, *, has_rules: bool
    ) -> None:
        self._connection = connection
        self._traces = traces
        self._model = model
        self._has_rules = has_rules
        self._names: dict[int, str] = dict(connection.execute(_ACTIVITIES).fetchall())
        self._stride = shape_of(connection).stride

    def counts(self, *, layered: bool) -> dict[Cell, Counts]:
        """Return the counts of each group, in layers or all layers together."""
        traces = self._counted(self._trace_rows, layered=layered)
        waits, lasting = self._waits(layered=layered), self._lasting(layered=layered)
        rules = self._rules(layered=layered)
        return {
            cell: self._cell(found, waits[cell], lasting[cell], rules[cell]) for cell, found in traces.items()
        }

    def durations(self) -> dict[int, tuple[NDArray[np.float64], NDArray[np.bool_]]]:
        """Return for each group how long its cases lasted in seconds, and which of them came to an end."""
        found = self._lasting_columns
        return {
            int(group): (found["seconds"][of_group], found["state"][of_group] != "open")
            for group in np.unique(found["grp"])
            if (of_group := found["grp"] == group) is not None
        }

    def median_waits(self) -> dict[int, dict[Pair, float]]:
        """Return for each group the median wait on each arc in seconds."""
        found: dict[int, dict[Pair, float]] = defaultdict(dict)
        for group, edge, seconds in self.rows("median_waits"):
            found[group][self._pair(edge)] = seconds
        return found

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the rows of one of the queries."""
        return self._connection.execute(sql(f"comparison/{query}", "mining"), parameters or {}).fetchall()

    def _cell(
        self,
        traces: Mapping[int, int],
        waits: Mapping[Pair, Mapping[int, int]],
        lasting: Mapping[State, Mapping[int, int]],
        rules: Mapping[str, RuleTally],
    ) -> Counts:
        numbers = np.fromiter(traces, np.int64, len(traces))
        cases = np.fromiter(traces.values(), np.int64, len(traces))
        return Counts(
            cases=int(cases.sum()),
            traces={self._trace(number): n for number, n in traces.items()},
            activities={
                self._traces.activities[item]: n for item, n in self._with(self._done, numbers, cases)
            },
            arcs={
                (self._traces.activities[item // self._n], self._traces.activities[item % self._n]): n
                for item, n in self._with(self._taken, numbers, cases)
            },
            waits={pair: Histogram(steps) for pair, steps in waits.items()},
            lasting={state: Histogram(steps) for state, steps in lasting.items()},
            rules=rules,
        )

    def _with(self, items: tuple[Ints, Ints], numbers: Ints, cases: Ints) -> list[tuple[int, int]]:
        """Return in how many cases each item of `items` occurs; those are sorted by trace."""
        of_trace, item = items
        first = np.searchsorted(of_trace, numbers, side="left")
        length = np.searchsorted(of_trace, numbers, side="right") - first
        places = np.repeat(first - np.concatenate(([0], np.cumsum(length)[:-1])), length) + np.arange(
            length.sum()
        )
        n = np.bincount(item[places], np.repeat(cases, length)).astype(np.int64)
        found = np.flatnonzero(n)
        return list(zip(found.tolist(), n[found].tolist(), strict=True))

    @property
    def _n(self) -> int:
        return len(self._traces.activities)

    @cached_property
    def _done(self) -> tuple[Ints, Ints]:
        """Which activities each trace has, each once."""
        return _distinct(
            np.repeat(np.arange(len(self._traces)), self._traces.lengths), self._traces.codes, self._n
        )

    @cached_property
    def _taken(self) -> tuple[Ints, Ints]:
        """Which arcs each trace takes, each once."""
        of_event = np.repeat(np.arange(len(self._traces)), self._traces.lengths)
        within = of_event[:-1] == of_event[1:]
        codes = self._traces.codes.astype(np.int64)
        arcs = codes[:-1] * self._n + codes[1:]
        return _distinct(of_event[:-1][within], arcs[within], self._n**2)

    def _trace(self, number: int) -> Trace:
        if number not in self._known_traces:
            self._known_traces[number] = self._traces.trace(number)
        return self._known_traces[number]

    @cached_property
    def _known_traces(self) -> dict[int, Trace]:
        return {}

    @cached_property
    def _trace_rows(self) -> Sequence[tuple[int, int, int, int]]:
        return self.rows("traces")

    @cached_property
    def _wait_rows(self) -> Sequence[tuple[int, int, int, int, int]]:
        return self.rows("waits", {"first": FIRST_STEP, "per_decade": STEPS_PER_DECADE})

    @cached_property
    def _lasting_columns(self) -> dict[str, Any]:
        return self._connection.execute(sql("comparison/lasting", "mining")).fetchnumpy()

    @cached_property
    def _rule_rows(self) -> Sequence[tuple[int, int, int, int, int]]:
        return self.rows("rules") if self._has_rules else []

    def _counted(
        self, rows: Sequence[tuple[int, int, int, int]], *, layered: bool
    ) -> dict[Cell, dict[int, int]]:
        found: dict[Cell, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for group, layer, item, n in rows:
            found[group, layer if layered else 0][item] += n
        return found

    def _waits(self, *, layered: bool) -> dict[Cell, dict[Pair, dict[int, int]]]:
        found: dict[Cell, dict[Pair, dict[int, int]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(int))
        )
        pairs: dict[int, Pair] = {}
        for group, layer, edge, step, n in self._wait_rows:
            pair = pairs.get(edge) or pairs.setdefault(edge, self._pair(edge))
            found[group, layer if layered else 0][pair][step] += n
        return found

    def _lasting(self, *, layered: bool) -> dict[Cell, dict[State, dict[int, int]]]:
        found: dict[Cell, dict[State, dict[int, int]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(int))
        )
        columns = self._lasting_columns
        steps = steps_of(columns["seconds"]).tolist()
        for group, layer, state, step in zip(
            columns["grp"].tolist(), columns["layer"].tolist(), columns["state"].tolist(), steps, strict=True
        ):
            found[group, layer if layered else 0][state][step] += 1
        return found

    def _rules(self, *, layered: bool) -> dict[Cell, dict[str, RuleTally]]:
        found: dict[Cell, dict[str, RuleTally]] = defaultdict(dict)
        for group, layer, rule_no, tested, broken in self._rule_rows:
            cell, rule = (group, layer if layered else 0), self._model.rules[rule_no].key
            before = found[cell].get(rule, RuleTally(0, 0))
            found[cell][rule] = RuleTally(before.tested + tested, before.broken + broken)
        return found

    def _pair(self, edge: int) -> Pair:
        source, target = divmod(edge, self._stride)
        return self._names[source], self._names[target]


def steps_of(seconds: NDArray[np.float64]) -> Ints:
    """Return the step of the scale in which each span lies; `seconds_of` is its end."""
    with np.errstate(divide="ignore"):
        above = FIRST_STEP + np.ceil(STEPS_PER_DECADE * np.log10(seconds) - 1e-9)
    steps: Ints = np.where(seconds > 1, above, np.where(seconds > 0, FIRST_STEP, 0)).astype(np.int64)
    return steps


def _distinct(traces: Ints, items: NDArray[Any], n_items: int) -> tuple[Ints, Ints]:
    keys = np.unique(traces.astype(np.int64) * n_items + items)
    return keys // n_items, keys % n_items
