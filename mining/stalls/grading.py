"""How much of a planted truth the analyses found: of broken rules, halts, stalls, and where failures ended.

The truth is the file that `retrofit simulate --truth` writes.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from eventlogs.amounts import number_text, share_text
from eventlogs.errors import EventLogError
from eventlogs.language import say, sayable
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog, prepare
from mining.conformance.judging import conformance
from mining.normative.model import NormativeModel
from mining.performance.batched_work import batched_work
from mining.performance.spans import ALL
from mining.performance.waited_work import waited_work
from mining.stalls.finding import StallReport, stalls

Fact = tuple[str | None, ...]

NAMES = {
    "deviations": sayable("broken rules (case, rule)"),
    "halts": sayable("recorded holds (case, step, cause)"),
    "stalls": sayable("running and stalled (case)"),
    "stall causes": sayable("running and stalled (case, cause)"),
    "stall places": sayable("running and stalled (case, step)"),
    "failures": sayable("failed (case, cause)"),
    "failure places": sayable("failed (case, step)"),
    "batches": sayable("done in batches (case, step)"),
    "queues": sayable("waited for a person (case, step, cause)"),
}
LONG = {  # a wait put down to a cause, of those that are planted; shorter ones come by themselves
    "contention": timedelta(weeks=3),
    "prioritisation": timedelta(weeks=3),
    "unavailability": timedelta(days=3),
}
SHOWN = 10
_WHOLE_LOG = 999_999


class TruthRefusedError(EventLogError):
    """A file that is not the truth of a simulated cohort, or of another log."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One kind of fact: how many are true, how many were found, and which are missed or wrong."""

    name: str
    true: int
    found: int
    right: int
    missed: tuple[Fact, ...]
    wrong: tuple[Fact, ...]

    @property
    def precision(self) -> float:
        """What share of what was found is true."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """What share of what is true was found."""
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True, slots=True)
class Grades:
    """All marks of a log against its truth."""

    log: str
    marks: tuple[Mark, ...]

    def as_text(self) -> str:
        """Return a table of the marks, and what was missed or wrong."""
        head = [say(word) for word in HEADS]
        rows = [
            [
                say(NAMES[mark.name]),
                *(number_text(n) for n in (mark.true, mark.found, mark.right)),
                share_text(mark.precision),
                share_text(mark.recall),
            ]
            for mark in self.marks
        ]
        lines = [
            say("{log} against its planted truth", log=self.log),
            "",
            table(head, rows, right=range(1, 6)),
        ]
        for mark in self.marks:
            lines += _faults(mark)
        return "\n".join(lines)


HEADS = (
    sayable("what"),
    sayable("true"),
    sayable("found"),
    sayable("right"),
    sayable("precision"),
    sayable("recall"),
)


def grades(prepared: PreparedLog, model: NormativeModel, file: Path) -> Grades:
    """Hold what conformance and stalls find in a log against the truth in a file."""
    projects = _projects(file, prepared)
    report = stalls(prepared, model)
    broken = conformance(prepared, model, n_deviations=_WHOLE_LOG).deviations
    soft = {rule.key for rule in model.rules if rule.strength == "soft"}
    deviations = {
        (one.case_id, one.rule) for one in broken if one.rule not in soft and one.status != "waived"
    }
    return Grades(
        prepared.log.name,
        (
            _mark("deviations", _true_deviations(projects), deviations),
            *_stall_marks(projects, report),
            *_batch_marks(projects, prepared),
            *_queue_marks(projects, prepared),
        ),
    )


def _stall_marks(projects: list[dict[str, Any]], report: StallReport) -> Iterator[Mark]:
    held = [
        (project["project"], stall["step"], stall["cause"])
        for project in projects
        for stall in project["stalls"]
        if stall["cause"] not in ("missing_role", "objection")
    ]
    yield _mark("halts", held, {(one.case_id, one.step, one.cause) for one in report.halts})
    lasting = [
        (project["project"], stall["step"], stall["cause"])
        for project in projects
        for stall in project["stalls"]
        if stall["lasting"] and project["outcome"] is None
    ]
    alarms = report.alarms
    yield _mark("stalls", [(case,) for case, *_ in lasting], {(one.case_id,) for one in alarms})
    yield _mark(
        "stall causes",
        [(case, cause) for case, _, cause in lasting],
        {(one.case_id, one.cause) for one in alarms},
    )
    yield _mark(
        "stall places",
        [(case, step) for case, step, _ in lasting],
        {(one.case_id, one.place) for one in alarms},
    )
    failed = [one for one in projects if one["ended_at"] is not None]
    over = [one for one in report.stalls if one.state == "failed"]
    yield _mark(
        "failures",
        [(one["project"], one["outcome"]) for one in failed],
        {(one.case_id, one.cause) for one in over},
    )
    yield _mark(
        "failure places",
        [(one["project"], one["ended_at"]) for one in failed],
        {(one.case_id, one.place) for one in over},
    )


def _batch_marks(projects: list[dict[str, Any]], prepared: PreparedLog) -> Iterator[Mark]:
    """Yield how well work done on meeting days is found, where such days were planted."""
    done = [(project["project"], one) for project in projects for one in project.get("batched", [])]
    if not done:
        return
    meetings: dict[Fact, set[str]] = defaultdict(set)
    for case, one in done:
        meetings[one["step"], one["person"], one["begun"][:10]].add(case)
    shared = [(case, step) for (step, *_), cases in meetings.items() if len(cases) > 1 for case in cases]
    steps = {one["step"] for _, one in done}
    found = batched_work(prepare(prepared.ledger, prepared.log.name, lifecycles=ALL))
    yield _mark("batches", shared, {(one.case_id, one.activity) for one in found if one.activity in steps})


def _queue_marks(projects: list[dict[str, Any]], prepared: PreparedLog) -> Iterator[Mark]:
    """Yield how well long waits for a person are found by their main cause, where such were planted."""
    planted = [(project["project"], one) for project in projects for one in project.get("queued", [])]
    if not planted:
        return
    kinds = {(one["step"], one["cause"]) for _, one in planted}
    true = [(case, one["step"], one["cause"]) for case, one in planted]
    yield _mark("queues", true, long_waits(prepared, kinds))


def long_waits(prepared: PreparedLog, kinds: Collection[tuple[str, str]]) -> set[Fact]:
    """Return case, step and main cause of the long waits for a person, of some kinds by step and cause."""
    found = waited_work(prepare(prepared.ledger, prepared.log.name, lifecycles=ALL))
    return {
        (one.case_id, one.activity, one.cause)
        for one in found
        if (one.activity, one.cause) in kinds and one.time >= LONG[one.cause]
    }


def _true_deviations(projects: list[dict[str, Any]]) -> Iterator[Fact]:
    for project in projects:
        for deviation in project["deviations"]:
            yield project["project"], deviation["rule"]


def _mark(name: str, true: Iterable[Fact], found: Iterable[Fact]) -> Mark:
    expected, seen = set(true), set(found)
    missed, wrong = sorted(expected - seen, key=str), sorted(seen - expected, key=str)
    return Mark(name, len(expected), len(seen), len(expected & seen), tuple(missed), tuple(wrong))


def _faults(mark: Mark) -> Iterator[str]:
    for text, facts in (
        (sayable("missed, {name}: {facts}"), mark.missed),
        (sayable("wrong, {name}: {facts}"), mark.wrong),
    ):
        if facts:
            told = "; ".join(" ".join(str(part) for part in fact) for fact in facts[:SHOWN])
            yield say(text, name=say(NAMES[mark.name]), facts=told)


def _projects(file: Path, prepared: PreparedLog) -> list[dict[str, Any]]:
    try:
        known = json.loads(file.read_text("utf-8"))
        projects: list[dict[str, Any]] = known["projects"]
    except (OSError, UnicodeDecodeError, ValueError, TypeError, KeyError) as error:
        raise TruthRefusedError(
            "{file} is not the truth of a simulated cohort, as `retrofit simulate --truth` writes it",
            file=file,
        ) from error
    if known.get("log") != prepared.log.name:
        raise TruthRefusedError(
            "{file} tells the truth of the log {other}, not of {log}",
            file=file,
            other=known.get("log"),
            log=prepared.log.name,
        )
    return projects
