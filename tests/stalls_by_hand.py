"""What a log shows of its cases that stand still, as read in plain Python: slow, obvious, without queries.

`Log(cases, by, now)` reads all that the statements of `mining/sql/stalls/` find; the law by which limits are
found is the engine's, which has tests of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil, sqrt
from statistics import median

import numpy as np
from played_logs import Step
from scipy.stats import norm as normal_law
from stalled_cases_by_hand import AFTER_HALT, MARKS, Case, Wait, at
from verdicts_by_hand import ENDS

from eventlogs.vocabulary import terms
from mining.normative.model import Mark
from mining.stalls.facts import Halt, IdleStep, RecordedHalt, Stratum
from mining.stalls.limits import Strata, hold_overdue_by, largest_chance, stall_limits

DAY = 86400e6  # microseconds
OTHERS: Mapping[int, Stratum] = {3: "all steps", 4: "awaited step"}


class Norm:
    """What the waits of a stratum tell: how many, their median, how wide, and what is slow."""

    def __init__(self, waits: Sequence[Wait]) -> None:
        long = np.array([one.long / timedelta(microseconds=1) for one in waits])
        self.waits = [one.long for one in waits]
        self.n, self.median, self.longest = len(waits), float(np.median(long)), float(max(long))
        cuts = {share: float(np.quantile(long, share)) for share in (0.75, 0.9, 0.95, 0.99)}
        self.spread = 1e3
        if self.median > 0:
            wider = (np.log(cuts[one] / self.median) / normal_law.ppf(one) for one in (0.75, 0.9, 0.95))
            self.spread = max(*wider, 1e-6)
        self.least, self.slow = max(cuts[0.99], DAY), max(cuts[0.95], DAY)

    @property
    def strata(self) -> Strata:
        known = (self.n, self.median, self.spread, self.longest, self.least)
        return Strata(*(np.array([float(one)]) for one in known))

    def chance(self, idle: timedelta) -> float:
        return float(self.strata.chances(np.array([idle / timedelta(microseconds=1)]))[0])

    def share_below(self, idle: timedelta) -> float:
        return sum(one < idle for one in self.waits) / self.n


@dataclass(frozen=True)
class Judge:
    """A stratum by which a case is judged: its place among the kinds of strata, and the step awaited."""

    place: int
    norm: Norm
    awaited: str | None = None

    def kind(self, since: str) -> Stratum:
        """Name the stratum by which a case is judged that is idle since that step."""
        after = since != AFTER_HALT
        if self.place == 1:
            return "step and group" if after else "hold and group"
        return ("step" if after else "hold") if self.place == 2 else OTHERS[self.place]


class Log:
    """All cases of a log at a moment, grouped by an attribute."""

    def __init__(self, steps: Mapping[str, Sequence[Step]], by: str, now: datetime) -> None:
        self.cases = [Case(case_id, them, by) for case_id, them in sorted(steps.items())]
        self.now = now

    @cached_property
    def running(self) -> list[Case]:
        return [it for it in self.cases if it.state == "running"]

    @cached_property
    def good(self) -> list[Case]:
        return [it for it in self.cases if it.state in {"completed", "ended"}]

    @cached_property
    def halted(self) -> list[Case]:
        """The cases that failed, were shelved or run, and have done something."""
        return [it for it in self.cases if it.state in {"failed", "halted", "running"} and it.acted]

    @cached_property
    def norms(self) -> dict[tuple[object, ...], Norm]:
        strata: dict[tuple[object, ...], list[Wait]] = defaultdict(list)
        for wait in (wait for it in self.cases for wait in it.waits()):
            strata[()].append(wait)
            strata["after", wait.after].append(wait)
            strata["after", wait.after, wait.group].append(wait)
            strata["before", wait.target].append(wait)
        least = max(20, ceil(10 * sqrt(len(self.running))))
        return {key: Norm(waits) for key, waits in strata.items() if len(waits) >= (least if key else 20)}

    @cached_property
    def needs(self) -> dict[str, tuple[float, float]]:
        """By activity the share of good cases that have done it, and where in them it usually came first."""
        firsts: dict[str, list[int]] = defaultdict(list)
        for it in self.good:
            for name in set(it.names):
                firsts[name].append(it.names.index(name))
        return {name: (len(them) / len(self.good), median(them)) for name, them in firsts.items()}

    def judges(self, case: Case) -> Iterator[Judge]:
        since = case.since(self.now)
        for place, key in enumerate([("after", since, case.group), ("after", since), ()], start=1):
            if key in self.norms:
                yield Judge(place, self.norms[key])
                break
        for step in sorted({item.activity for item in case.items}):
            needed = len(self.good) >= 5 and self.needs.get(step, (0.0, 0.0))[0] >= 0.8
            if needed and ("before", step) in self.norms:
                yield Judge(4, self.norms["before", step], step)

    @cached_property
    def chance(self) -> float:
        """The chance up to which a case is told of."""
        chances = [
            max(judge.norm.chance(it.idle(self.now)) for judge in judges)
            for it in self.running
            if it in self.halted and not it.standing and (judges := list(self.judges(it)))
        ]
        return largest_chance(np.array(chances), stall_limits().false_alarms)

    @cached_property
    def _limits(self) -> dict[int, float]:
        return {id(norm): float(norm.strata.limits(self.chance)[0]) for norm in self.norms.values()}

    def limit(self, norm: Norm) -> float:
        """Return how long a case may stand still by a stratum, in microseconds."""
        return self._limits[id(norm)]

    def judge(self, case: Case) -> Judge | None:
        """Return the stratum that allows a case the longest."""
        return max(self.judges(case), key=lambda one: (self.limit(one.norm), -one.place), default=None)

    def is_told(self, case: Case) -> bool:
        if case.state != "running":
            return True
        if case.standing:
            overdue = hold_overdue_by(self.now)
            return any(it.until is None or it.until <= overdue for it in case.standing)
        judge = self.judge(case)
        return judge is not None and case.idle(self.now) / timedelta(microseconds=1) > self.limit(judge.norm)

    @cached_property
    def told(self) -> list[Case]:
        return [it for it in self.halted if self.is_told(it)]

    def holds(self, case: Case) -> list[Halt]:
        """Return the halts that stand, or after which nothing was done."""
        return [it for it in case.holds if it.ended_at is None or it.ended_at >= case.last_at]

    def following(self) -> dict[str, list[tuple[str, float]]]:
        found = {}
        for name in {it.last.activity for it in self.told}:
            n = Counter(
                after
                for it in self.cases
                for before, after in zip(it.names, it.names[1:], strict=False)
                if before == name and ENDS.get(after) != "failed"
            )
            ordered = sorted(n.items(), key=lambda one: (-one[1], one[0]))
            found[name] = [(after, times / n.total()) for after, times in ordered]
        return {name: after for name, after in found.items() if after}

    def needed_marks(self) -> dict[str, set[Mark]]:
        shown: dict[str, list[set[Mark]]] = defaultdict(list)
        for it in self.cases:
            if it.state == "completed" and it.judged:
                for name in set(it.names):
                    shown[name].append(it.marks(it.names.index(name)))
        needed = {
            name: {mark for mark in MARKS if sum(mark in it for it in them) >= 0.9 * len(them)}
            for name, them in shown.items()
            if len(them) >= 5
        }
        return {name: marks for name, marks in needed.items() if marks}

    def recorded_halts(self) -> list[RecordedHalt]:
        found = {self._recorded(it, halt) for it in self.cases for halt in _halts_told(it)}
        return sorted(found, key=lambda it: (it.began_at, it.case_id))

    def _recorded(self, case: Case, halt: Halt) -> RecordedHalt:
        named = halt.reason if halt.reason in terms("activities") else None
        after = [it.activity for it in case.acted if halt.ended_at and at(it.hours) >= halt.ended_at]
        step = halt.activity if halt.of_item else named or next(iter(after), None)
        return RecordedHalt(case.case_id, step, halt.cause, halt.began_at, halt.ended_at, halt.until)

    @cached_property
    def slow(self) -> dict[str, list[tuple[Case, float]]]:
        """By last activity the running cases without a standing hold, and what would be slow for each."""
        found: dict[str, list[tuple[Case, float]]] = defaultdict(list)
        for it in self.running:
            if it in self.halted and not it.standing:
                slow = max((judge.norm.slow for judge in self.judges(it)), default=float("inf"))
                found[it.last.activity].append((it, slow))
        return found

    def idle_beyond(self, activity: str) -> list[tuple[Case, float]]:
        """Return the cases idle for longer than is slow, the longest beyond it first."""
        found = [(it, slow) for it, slow in self.slow[activity] if self._idle(it) > slow]
        return sorted(found, key=lambda one: (-self._idle(one[0]) / one[1], one[0].case_id))

    def is_rule(self, activity: str) -> bool:
        n_idle = len(self.idle_beyond(activity))
        return n_idle >= 10 and n_idle > 0.5 * len(self.slow[activity])

    def watched(self) -> list[tuple[Case, float]]:
        found = [
            one
            for activity in self.slow
            if not self.is_rule(activity)
            for one in self.idle_beyond(activity)
            if one[0] not in self.told
        ]
        return sorted(found, key=lambda one: (-self._idle(one[0]) / one[1], one[0].case_id))

    def idle_steps(self) -> list[IdleStep]:
        found = [
            IdleStep(activity, len(beyond), len(cases), tuple(it.case_id for it, _ in beyond))
            for activity, cases in self.slow.items()
            if self.is_rule(activity) and (beyond := self.idle_beyond(activity))
        ]
        return sorted(found, key=lambda one: (-one.idle, one.activity))

    def _idle(self, case: Case) -> float:
        return case.idle(self.now) / timedelta(microseconds=1)


def _halts_told(case: Case) -> list[Halt]:
    """Return the halts of a case, of single items those that did not begin with one of the whole."""
    whole = {it.began_at for it in case.holds if not it.of_item}
    return [it for it in case.holds if not it.of_item or it.began_at not in whole]
