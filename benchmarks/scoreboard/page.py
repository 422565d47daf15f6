"""The scoreboard as a page of the documentation."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.scoreboard.scores import Score

PAGE = ROOT / "docs" / "scoreboard.md"

_HEAD = """# Scoreboard

Each figure below was measured at the time beside it, by the command and on the machine of its number under
the table. `make scoreboard` measures all of them anew and writes this page, which takes hours;
`make scoreboard PARTS="validity accessibility"` measures only those parts (of `speed`, `validity`, `faults`,
`fuzz`, `mutants`, `accessibility`). The newest of each is kept in `benchmarks/scoreboard/scores.json`. Where
nothing is asked of a figure, "asked" is empty. The load of the machine, as it was when a figure was done, is
told because it matters: figures in seconds mean little on a busy one, ratios mean more.
"""


def page_text(scores: Sequence[Score]) -> str:
    """Return the page: one table a part."""
    return "\n".join([_HEAD, *_parts(scores)])


def write_page(scores: Sequence[Score], file: Path = PAGE) -> None:
    """Write the page."""
    file.write_text(page_text(scores), "utf-8")


def _parts(scores: Sequence[Score]) -> Iterator[str]:
    order = list(dict.fromkeys(one.part for one in scores))
    for part, own in groupby(sorted(scores, key=lambda one: order.index(one.part)), lambda one: one.part):
        yield "\n".join([f"## {part}", "", *_table(list(own)), ""])


def _table(scores: Sequence[Score]) -> Iterator[str]:
    yield "| figure | reached | asked | | of | measured |"
    yield "|---|---:|---:|---|---|---|"
    ways = list(dict.fromkeys((one.command, one.machine) for one in scores))
    for one in scores:
        met = {True: "met", False: "**not met**", None: ""}[one.met]
        note = f"{one.measured}, load {one.load:g} [{ways.index((one.command, one.machine)) + 1}]"
        cells = [one.figure, f"{one.reached:,.4g}", _asked(one), met, one.of, note]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield from (f"{number}. `{command}` on {machine}" for number, (command, machine) in enumerate(ways, 1))


def _asked(score: Score) -> str:
    if score.at_least is not None:
        return f"≥ {score.at_least:g}"
    return "" if score.at_most is None else f"≤ {score.at_most:g}"
