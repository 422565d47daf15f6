"""Measurements as tables for people."""

from collections.abc import Sequence

from benchmarks.goals import GOALS, Measured
from benchmarks.measuring import OPERATIONS, TOOLS, Measurement
from eventlogs.layout import table


def times_table(measured: Measured, n_events: int) -> str:
    """Return the median times in milliseconds, and in brackets how many times slower than ours."""
    names = [tool.name for tool in TOOLS]
    rows = []
    for operation in OPERATIONS:
        found = [measured.get((n_events, name, operation)) for name in names]
        if any(found):
            ours = found[0].seconds if found[0] else None
            rows.append([operation.replace("_", " "), *(_time(one, ours) for one in found)])
    return table(["milliseconds", *names], rows, right=range(1, len(names) + 1))


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
            rows.append([goal.text, f"{goal.n_events:,}", wanted, f"{figure:,.1f}", met])
    return table(["goal", "events", "wanted", "reached", ""], rows, right=[1, 2, 3])


def _time(found: Measurement | None, ours: float | None) -> str:
    if found is None:
        return "–"
    if found.seconds is None:
        return "failed"
    text = f"{1000 * found.seconds:,.0f}" if found.seconds >= 0.1 else f"{1000 * found.seconds:,.1f}"
    if ours is None or found.tool == "ours":
        return text
    return f"{text} ({found.seconds / ours:,.1f}×)"
