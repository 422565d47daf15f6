"""What the engine sets itself to reach against its peers, and whether a run reached it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.flows import QUERIES, SIZES
from benchmarks.measuring import Measurement
from benchmarks.pages import KINDS, N_READERS, READERS

Measured = Mapping[tuple[int, str, str], Measurement]  # by events, tool and operation


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach: `at_least` or `at_most`; `figure` returns None where a run did not measure it."""

    text: str
    n_events: int
    figure: Callable[[Measured, int], float | None]
    at_least: float | None = None
    at_most: float | None = None

    def met(self, figure: float) -> bool:
        """Tell whether a figure reaches the goal."""
        return (self.at_least is None or figure >= self.at_least) and (
            self.at_most is None or figure <= self.at_most
        )


def _seconds(measured: Measured, n_events: int, tool: str, *operations: str) -> float | None:
    total = 0.0
    for operation in operations:
        found = measured.get((n_events, tool, operation))
        if found is None or found.seconds is None:
            return None
        total += found.seconds
    return total


def faster(tool: str, *operations: str) -> Callable[[Measured, int], float | None]:
    """Return how many times faster ours is than `tool` at operations done one after the other."""

    def figure(measured: Measured, n_events: int) -> float | None:
        ours = _seconds(measured, n_events, "ours", *operations)
        theirs = _seconds(measured, n_events, tool, *operations)
        return theirs / ours if ours and theirs else None

    return figure


def slower_than_own(operation: str, other: str) -> Callable[[Measured, int], float | None]:
    """Return how many times longer one operation of ours takes than another of ours."""

    def figure(measured: Measured, n_events: int) -> float | None:
        first, second = (_seconds(measured, n_events, "ours", name) for name in (operation, other))
        return first / second if first and second else None

    return figure


def slower_than(tool: str, operation: str) -> Callable[[Measured, int], float | None]:
    """Return how many times longer ours takes than `tool`."""

    def figure(measured: Measured, n_events: int) -> float | None:
        ratio = faster(tool, operation)(measured, n_events)
        return 1 / ratio if ratio else None

    return figure


def memory(operation: str) -> Callable[[Measured, int], float | None]:
    """Return the largest memory, in MiB, that our process held."""
    return lambda measured, n_events: (
        found.peak_mib if (found := measured.get((n_events, "ours", operation))) else None
    )


def seconds(operation: str) -> Callable[[Measured, int], float | None]:
    """Return how long an operation of ours takes."""
    return lambda measured, n_events: _seconds(measured, n_events, "ours", operation)


def a_second(operation: str) -> Callable[[Measured, int], float | None]:
    """Return how many million events of the log an operation of ours gets through in a second."""

    def figure(measured: Measured, n_events: int) -> float | None:
        took = seconds(operation)(measured, n_events)
        return n_events / took / 1e6 if took else None

    return figure


def slowest(n_open: int, *operations: str) -> Callable[[Measured, int], float | None]:
    """Return the milliseconds of the slowest of several operations of ours on so many open projects."""

    def figure(measured: Measured, n_events: int) -> float | None:
        found = [measured.get((n_events, "ours", operation)) for operation in operations]
        known = [one.seconds for one in found if one and one.seconds and one.n_events == n_open]
        return 1000 * max(known) if len(known) == len(operations) else None

    return figure


def faster_than_part(tool: str, part: str, whole: str) -> Callable[[Measured, int], float | None]:
    """Return how many times longer `tool` takes for a part than ours for the whole."""

    def figure(measured: Measured, n_events: int) -> float | None:
        ours, theirs = (
            _seconds(measured, n_events, "ours", whole),
            _seconds(measured, n_events, tool, part),
        )
        return theirs / ours if ours and theirs else None

    return figure


def faster_than_counted_up(
    tool: str, part: str, times: float, whole: str
) -> Callable[[Measured, int], float | None]:
    """Return how many times longer `tool` takes for a part done so many times than ours for the whole."""

    def figure(measured: Measured, n_events: int) -> float | None:
        once = faster_than_part(tool, part, whole)(measured, n_events)
        return None if once is None else once * times

    return figure


def slow_answers(kind: str) -> Callable[[Measured, int], float | None]:
    """Return the milliseconds that 95 of 100 answers to readers of a warm page take at most."""

    def figure(measured: Measured, n_events: int) -> float | None:
        found = measured.get((n_events, READERS, f"{kind}_page_warm"))
        return 1000 * found.seconds if found and found.seconds is not None else None

    return figure


OF_FLOWS = 0  # in the place of a log's size: flows are measured at sizes of their own
_SMALL, _LARGE = 1_000_000, 10_000_000
PAIRS = 190  # of 20 cities

GOALS = (
    Goal(
        "directly-follows graph, times faster than pm4py pandas", _LARGE, faster("pm4py pandas", "dfg"), 300
    ),
    Goal("directly-follows graph, times faster than pm4py polars", _LARGE, faster("pm4py polars", "dfg"), 60),
    Goal("directly-follows graph, times faster than r4pm", _LARGE, faster("r4pm", "dfg"), 40),
    Goal(
        "directly-follows graph, times a scan of one column",
        _LARGE,
        slower_than_own("dfg", "scan"),
        None,
        1.5,
    ),
    Goal("directly-follows graph, MiB of memory", _LARGE, memory("dfg"), None, 150),
    Goal(  # twice what the whole graph may take; that is stored, and next to nothing to be measured by
        "graph by city, times a scan of one column", _LARGE, slower_than_own("dfg_by_city", "scan"), None, 3
    ),
    Goal(
        "graph by city, times faster than a loop of pm4py", _LARGE, faster("pm4py pandas", "dfg_by_city"), 100
    ),
    Goal("performance, times faster than pm4py pandas", _LARGE, faster("pm4py pandas", "performance"), 50),
    Goal("performance, times faster than pm4py polars", _LARGE, faster("pm4py polars", "performance"), 15),
    Goal(
        "compile and first graph, times faster than pm4py",
        _LARGE,
        faster("pm4py pandas", "compile", "dfg"),
        5,
    ),
    Goal(
        "distance of three cities' ways, times faster than pm4py",
        _SMALL,
        faster("pm4py pandas", "ways_apart"),
        50,
    ),
    Goal("comparison of 20 cities, seconds", _SMALL, seconds("compare"), None, 10),
    Goal("case durations, times faster than pl4pm", _LARGE, faster("pl4pm", "durations"), 1),
    Goal("variants, times faster than pl4pm", _LARGE, faster("pl4pm", "variants"), 1),
    Goal("XES to prepared log, times faster than pm4py", _SMALL, faster("pm4py pandas", "import_xes"), 8),
    Goal(
        "XES to prepared log, times what r4pm takes to read",
        _SMALL,
        slower_than("r4pm", "import_xes"),
        None,
        1.5,
    ),
    Goal("conformance by city, whole, seconds", _SMALL, seconds("conformance_by_city"), None, 3),
    Goal(
        "conformance by city, whole, times faster than pm4py and pandas",
        _SMALL,
        faster("pm4py pandas", "conformance_by_city"),
        50,
    ),
    Goal(
        "alignments of the chains, times faster than pm4py",
        _SMALL,
        faster("pm4py pandas", "chain_alignments"),
        1000,
    ),
    Goal("alignments of the chains, times faster than r4pm", _SMALL, faster("r4pm", "chain_alignments"), 8),
    Goal(
        "alignments of the chains once more, million events of the log a second",
        _SMALL,
        a_second("chain_alignments_again"),
        50,
    ),
    Goal("15 order rules, seconds", _LARGE, seconds("order_rules"), None, 0.5),
    Goal(
        "15 order rules, times faster than pm4py's Declare",
        _SMALL,
        faster("pm4py pandas", "order_rules"),
        50,
    ),
    Goal("stalls by city, whole, seconds", _SMALL, seconds("stalls_by_city"), None, 3),
    Goal(
        "stalls by city, whole, times faster than pandas",
        _SMALL,
        faster("pm4py pandas", "stalls_by_city"),
        50,
    ),
    Goal(
        "comparison of 20 cities, times faster than pm4py's distances once (counted up from three)",
        _SMALL,
        faster_than_counted_up("pm4py pandas", "ways_apart", PAIRS / 3, "compare"),
        50,
    ),
    Goal("curves by city, times faster than lifelines", _SMALL, faster("lifelines", "curves"), 10),
    Goal("an advance, times an empty flow run", OF_FLOWS, slower_than("empty flow", "advance"), None, 1.5),
    Goal(
        "lists and a page of 100,000 open projects, slowest, ms",
        OF_FLOWS,
        slowest(SIZES.open, *QUERIES),
        None,
        50,
    ),
    *(
        Goal(
            f"{kind} page for {N_READERS} readers, warm, 95 % at most, ms",
            _SMALL,
            slow_answers(kind),
            None,
            300,
        )
        for kind in KINDS
    ),
)
