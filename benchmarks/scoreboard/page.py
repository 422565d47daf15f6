"""The scoreboard as a page of the documentation, in English and Chinese."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.environments import ROOT
from benchmarks.scoreboard.chinese import chinese
from benchmarks.scoreboard.scores import Score

_HEAD = """# Scoreboard

中文：[scoreboard.zh.md](scoreboard.zh.md)

Each figure below was measured at the time beside it, by the command and on the machine of its number under
the table. `make scoreboard` measures all of them anew and writes this page, which takes hours;
`make scoreboard PARTS="validity accessibility"` measures only those parts (of `speed`, `validity`, `faults`,
`fuzz`, `mutants`, `accessibility`). The newest of each is kept in `benchmarks/scoreboard/scores.json`. Where
nothing is asked of a figure, "asked" is empty. The load of the machine, as it was when a figure was done, is
told because it matters: figures in seconds mean little on a busy one, ratios mean more.
"""
_HEAD_ZH = """# 记分板

English: [scoreboard.md](scoreboard.md)

下面每个指标旁是测得的时间，表下按编号列出所用的命令和机器。`make scoreboard` 全部重新测量并写出本页，
需要数小时；`make scoreboard PARTS="validity accessibility"` 只测其中几部分（`speed` 速度、
`validity` 可信程度、`faults` 故障、`fuzz` 异常输入、`mutants` 植入的小错、`accessibility` 无障碍）。
各指标最近的一次保存在 `benchmarks/scoreboard/scores.json`。没有要求的指标，“要求”一栏为空。
注明测完时机器的负载，因为它很要紧：机器繁忙时秒数意义不大，倍数更可靠。
"""


@dataclass(frozen=True, slots=True)
class Page:
    """The scoreboard in one language."""

    name: str
    head: str
    said: Callable[[str], str]

    def text(self, scores: Sequence[Score]) -> str:
        """Return the page: one table a part."""
        return "\n".join([self.head, *self._parts(scores)])

    def _parts(self, scores: Sequence[Score]) -> Iterator[str]:
        order = list(dict.fromkeys(one.part for one in scores))
        for part, own in groupby(sorted(scores, key=lambda one: order.index(one.part)), lambda one: one.part):
            yield "\n".join([f"## {self.said(part)}", "", *self._table(list(own)), ""])

    def _table(self, scores: Sequence[Score]) -> Iterator[str]:
        columns = ["figure", "reached", "asked", "", "of", "measured"]
        yield self._row(columns)
        yield "|---|---:|---:|---|---|---|"
        ways = list(dict.fromkeys((one.command, one.machine) for one in scores))
        for one in scores:
            met = {True: "met", False: "**not met**", None: ""}[one.met]
            note = f"{one.measured}, load {one.load:g} [{ways.index((one.command, one.machine)) + 1}]"
            yield self._row([one.figure, _number(one.reached), _asked(one), met, one.of, note])
        yield ""
        for number, (command, machine) in enumerate(ways, 1):
            yield self.said(f"{number}. `{command}` on {machine}")

    def _row(self, cells: Sequence[str]) -> str:
        return f"| {' | '.join(self.said(cell) for cell in cells)} |"


PAGES = (Page("scoreboard.md", _HEAD, str), Page("scoreboard.zh.md", _HEAD_ZH, chinese))


def write_pages(scores: Sequence[Score]) -> None:
    """Write the page in both languages."""
    for page in PAGES:
        (ROOT / "docs" / page.name).write_text(page.text(scores), "utf-8")


def _asked(score: Score) -> str:
    if score.at_least is not None:
        return f"≥ {_number(score.at_least)}"
    return "" if score.at_most is None else f"≤ {_number(score.at_most)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.4g}"
