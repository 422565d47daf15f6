"""Measurements as tables for people."""

from collections.abc import Callable, Sequence

from benchmarks.goals import GOALS, Measured
from benchmarks.measuring import OPERATIONS, TOOLS, Measurement
from eventlogs.layout import table


def times_table(measured: Measured, n_events: int) -> str:
    """Return the median times in milliseconds, and in brackets how many times slower than ours."""
    return _table("milliseconds", measured, n_events, lambda one: one.seconds)


def work_table(measured: Measured, n_events: int) -> str:
    """Return the same of the time that all processors together were at work."""
    return _table("ms of processors", measured, n_events, lambda one: one.worked)


def first_table(measured: Measured, n_events: int) -> str:
    """Return the times of the first call in each process, which loads what is loaded when needed."""
    return _table("first call, ms", measured, n_events, lambda one: one.first)


def _table(
    title: str, measured: Measured, n_events: int, figure: Callable[[Measurement], float | None]
) -> str:
    names = [tool.name for tool in TOOLS]
    rows = []
    for operation in OPERATIONS:
        found = [measured.get((n_events, name, operation)) for name in names]
        if any(found):
            ours = figure(found[0]) if found[0] else None
            cells = [
                _time(figure(one), ours if number else None) if one else "–"
                for number, one in enumerate(found)
            ]
            rows.append([operation.replace("_", " "), *cells])
    return table([title, *names], rows, right=range(1, len(names) + 1))


def memory_table(measured: Measured, n_events: int) -> str:
    """Return the largest memory of each process in MiB, the loading of what it works on included."""
    names = [tool.name for tool in TOOLS]
    rows = []
    for operation in OPERATIONS:
        found = [measured.get((n_events, name, operation)) for name in names]
        if any(found):
            cells = [f"{one.peak_mib:,.0f}" if one and one.peak_mib else "–" for one in found]
            rows.append([operation.replace("_", " "), *cells])
    return table(["MiB at most", *names], rows, right=range(1, len(names) + 1))


def goals_table(measured: Measured, sizes: Sequence[int]) -> str:
    """Return each goal that the run measured, the figure reached, and whether it is met."""
    rows = []
    for goal in GOALS:
        figure = goal.figure(measured, goal.n_events) if goal.n_events in sizes else None
        if figure is not None:
            wanted = f"≥ {goal.at_least:g}" if goal.at_least is not None else f"≤ {goal.at_most:g}"
            met = "met" if goal.met(figure) else "not met"
            rows.append(
                [goal.text, f"{goal.n_events:,}" if goal.n_events else "–", wanted, f"{figure:,.1f}", met]
            )
    return table(["goal", "events", "wanted", "reached", ""], rows, right=[1, 2, 3])


def _time(seconds: float | None, ours: float | None) -> str:
    if seconds is None:
        return "failed"
    text = f"{1000 * seconds:,.0f}" if seconds >= 0.1 else f"{1000 * seconds:,.1f}"
    return text if ours is None else f"{text} ({seconds / max(ours, 1e-6):,.1f}×)"
