"""All that is told of random cases that stand still is what plain sentences give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from played_logs import START, Step, played
from stalled_cases_by_hand import LIFT, MARKS, Case, at
from stalls_by_hand import DAY as MICROSECONDS
from stalls_by_hand import Log

from eventlogs.events import Attribute, ObjectChange, ObjectLink
from eventlogs.prepared import PreparedLog
from mining.cases.as_of import as_of
from mining.conformance.verdicts import Unjudged
from mining.normative.model import Mark
from mining.stalls.evidence import evidence
from mining.stalls.facts import CaseEvidence, Evidence, OpenItem, Watched
from mining.stalls.finding import Follower, Stall, StallReport, case_stall, stalls
from mining.stalls.limits import hold_overdue_by
from mining.stalls.reasons import Reasons, usual_role

DAY = 24.0
LAST = 400  # day
NOW = START + timedelta(days=LAST)
OVERDUE = hold_overdue_by(NOW)
UNTIL = [
    *(None,) * 3,
    *(OVERDUE + timedelta(microseconds=one) for one in (-1, 0, 1)),
    *(NOW + timedelta(days=one) for one in (-90, 30)),
]
WORDS = ["a", "b", "c", "x", "y", "z", "talk", "raise_funds", "rare"]
DONE = {"z": 0.7, "rare": 0.05}  # how often; all else always
OUTCOMES = ("completed", "completed", "completed", "vote_lost", "shelved", "odd", "", None)


def random_history(case_id: str, random: Random) -> list[Step]:
    """Return the steps of a case: deeds, some failed or taken back, work, halts, objections, an end."""
    day = random.randint(0, LAST - 1) + random.choice([0.0, 0.25])
    about: dict[str, Attribute] = {
        "group": random.choices(["g", "h", None], [6, 3, 1])[0],
        "city": random.choices(["天津", "Tianjin", "Delft", None], [6, 2, 1, 1])[0],
    }
    changes = (ObjectChange(case_id, "retrofit", "pipe_renewal"),) if random.random() < 0.1 else ()
    steps = [
        Step(
            "talk",
            day * DAY,
            attributes={key: value for key, value in about.items() if value is not None},
            objects=(ObjectLink(case_id, "project"),),
            changes=changes,
        )
    ]
    goes_well = random.random() < 0.7
    order = [it for it in WORDS if random.random() < DONE.get(it, 1)]
    for word in order if goes_well else random.sample(WORDS, random.randint(1, len(WORDS))):
        day += _waited(word, random)
        steps += _beside(case_id, day, random)
        steps.append(_deed(word, day, random))
    if not goes_well and random.random() < 0.5:
        steps += _halt("project", day + 0.25, (), random)
    if goes_well or random.random() < 0.3:
        day += _waited("end", random)
        steps += [*_end(day, random), *_withdrawn(case_id, day, random)]
    for place in range(1, len(steps) - 1):
        if random.random() < 0.05:  # recorded late
            steps[place], steps[place + 1] = steps[place + 1], steps[place]
    return [it for it in steps if (it.hours or 0) <= (LAST + 20) * DAY]


def _waited(word: str, random: Random) -> float:
    """Return how many days pass before a deed, of some deeds more than of others."""
    wide = 0.2 * (1 + WORDS.index(word)) if word in WORDS else 0.5
    return random.choices([0, round(random.lognormvariate(1.2, wide) * 4) / 4], [1, 15])[0]


def _deed(word: str, day: float, random: Random) -> Step:
    attributes: dict[str, Attribute] = {}
    if random.random() < 0.1:
        attributes["succeeded"] = random.choice([False, False, True])
    if random.random() < 0.05:
        attributes["taken_back"] = random.choice([True, False])
    lifecycle = "withdraw" if random.random() < 0.03 else "complete"
    role = "one_b" if random.random() < 0.03 else None
    return Step(word, day * DAY, role=role, attributes=attributes, lifecycle=lifecycle)


def _end(day: float, random: Random) -> Iterator[Step]:
    for word in random.sample(["done", "quit"], random.choice([0, 1, 1, 2])):
        yield Step(word, day * DAY)
    for outcome in random.sample(OUTCOMES, random.choice([0, 1, 1, 2])):
        yield Step("talk", day * DAY, attributes={"outcome": outcome})


def _withdrawn(case_id: str, day: float, random: Random) -> Iterator[Step]:
    """Yield work that is withdrawn about the end of a case, or stays open."""
    links = (ObjectLink(f"item 4 of {case_id}", "work_item"),)
    for lifecycle, later in (("schedule", -1), ("withdraw", random.choice([-0.25, 0, 0.25]))):
        if random.random() < 0.6:
            yield Step(random.choice(WORDS), (day + later) * DAY, lifecycle=lifecycle, objects=links)


def _beside(case_id: str, day: float, random: Random) -> Iterator[Step]:
    """Yield what happens about the moment of a deed: work, halts and objections, most of it over at once."""
    number = f"{random.randint(1, 3)} of {case_id}"
    if random.random() < 0.3:
        links = (ObjectLink(f"item {number}", "work_item"),)
        yield from _moves(random.choice(WORDS), day, _among_others(links, random), random)
    if random.random() < 0.15:
        yield from _halt("project", day, (), random)
    if random.random() < 0.1:
        links = (ObjectLink(f"objection {number}", "objection"),)
        known: dict[str, Attribute] = {"resolution": "withdrawn"} if random.random() < 0.5 else {}
        yield Step("talk", day * DAY, objects=_among_others(links, random), attributes=known)


def _among_others(links: tuple[ObjectLink, ...], random: Random) -> tuple[ObjectLink, ...]:
    others = random.choice([(), (), (ObjectLink("paper", "document"),)])
    return random.choice([(*others, *links), (*links, *others)])


def _moves(word: str, day: float, links: tuple[ObjectLink, ...], random: Random) -> Iterator[Step]:
    role = random.choice([None, "household", "contractor"])
    yield Step(
        word, day * DAY, lifecycle=random.choice(["schedule"] * 5 + ["unknown"]), role=role, objects=links
    )
    moves = random.choice([["start"], ["assign"], ["reassign"], ["resume"], ["schedule"], [], []])
    ends = ["withdraw", "manualskip", "autoskip", "abort", "pi_abort", "ate_abort", "unknown"]
    moves += random.choice([["complete"], ["complete"], [], [random.choice(ends)]])
    for lifecycle in moves:
        day += random.choice([0, 0.25, 0.5])
        role = random.choice([None, None, "one_a"])
        yield Step(word, day * DAY, lifecycle=lifecycle, role=role, objects=links)
    if random.random() < 0.15:
        yield from _halt(word, day, links, random)


def _halt(word: str, day: float, links: tuple[ObjectLink, ...], random: Random) -> Iterator[Step]:
    said = {
        "cause": random.choice([None, "money", "office"]),
        "reason": random.choice([None, "raise_funds", "a letter"]),
        "until": random.choice(UNTIL),
    }
    known: dict[str, Attribute] = {key: value for key, value in said.items() if value is not None}
    yield Step(word, day * DAY, lifecycle="suspend", attributes=known, objects=links)
    if random.random() < 0.7:
        long = random.choice([0, 0.25, 1, 3, 40])
        yield Step(word, (day + long) * DAY, lifecycle="resume", objects=links)


@pytest.fixture(scope="module")
def histories() -> dict[str, list[Step]]:
    random = Random("stalls")
    ids = [f"{number:03}" for number in range(320)]
    return {case_id: random_history(case_id, random) for case_id in ids}


@pytest.fixture(scope="module")
def log(
    tmp_path_factory: pytest.TempPathFactory, histories: Mapping[str, Sequence[Step]]
) -> Iterator[PreparedLog]:
    with played(tmp_path_factory.mktemp("stalls"), histories) as log:
        yield log


@pytest.mark.parametrize("by", ["group", None])
def test_all_that_is_known_of_random_cases_is_as_by_hand(
    log: PreparedLog, histories: Mapping[str, Sequence[Step]], by: str | None
) -> None:
    known, expected = evidence(log, LIFT, by, NOW), Log(histories, by or "city", NOW)
    assert [it.case_id for it in known.cases] == [it.case_id for it in expected.told]
    for case, by_hand in zip(known.cases, expected.told, strict=True):
        assert told(case, known.marks) == told_by_hand(by_hand, expected)
        assert normal(case) == pytest.approx(normal_by_hand(by_hand, expected), rel=1e-9)
        assert case.items == by_offer(case.items)
        assert case.halts == sorted(case.halts, key=lambda it: (it.began_at, it.of_item))


def told(case: CaseEvidence, marks: Mapping[int, Mark]) -> dict[str, object]:
    """Return what is known of a case but for what is normal; of what happened at one moment in any order."""
    stratum = case.normal and (case.normal.stratum, case.normal.n, case.normal.awaited)
    known = {
        it.name: getattr(case, it.name) for it in fields(case) if it.name not in {"normal", "percentile"}
    }
    return known | {
        "stratum": stratum,
        "items": sorted(case.items, key=str),
        "halts": sorted(case.halts, key=str),
        "marks": {marks[one] for one in case.marks} & MARKS,
    }


def told_by_hand(case: Case, log: Log) -> dict[str, object]:
    judge = log.judge(case)
    return {
        "case_id": case.case_id,
        "group": case.group,
        "state": case.state,
        "outcome": case.outcome,
        "last_activity": case.last.activity,
        "last_at": case.last_at,
        "over_at": case.over_at,
        "idle": case.idle(NOW),
        "stratum": judge and (judge.kind(case.since(NOW)), judge.norm.n, judge.awaited),
        "judged": case.judged,
        "items": sorted(case.items, key=str),
        "halts": sorted(log.holds(case), key=str),
        "attempts": list(case.attempts()),
        "objections": len(case.objecting),
        "objecting_since": min(case.objecting, default=None),
        "chains": list(case.chains()),
        "roles": {it.role for it in case.trace if it.role},
        "activities": set(case.names),
        "marks": case.marks(),
    }


def normal(case: CaseEvidence) -> list[float]:
    """Return what is normal for a case, in days, and which share of waits it has outlasted."""
    days = timedelta(days=1)
    found = [] if case.normal is None else [case.normal.median / days, case.normal.limit / days]
    return [*found, -1 if case.percentile is None else case.percentile]


def normal_by_hand(case: Case, log: Log) -> list[float]:
    judge = log.judge(case)
    if judge is None:
        return [-1]
    share = judge.norm.share_below(case.idle(NOW)) if case.state == "running" else -1
    return [judge.norm.median / MICROSECONDS, log.limit(judge.norm) / MICROSECONDS, share]


def by_offer(items: Sequence[OpenItem]) -> list[OpenItem]:
    return sorted(items, key=lambda it: (it.offered_at is None, it.offered_at or NOW, it.activity))


@pytest.mark.parametrize("by", ["group", None])
def test_all_that_is_known_of_a_log_of_random_cases_is_as_by_hand(
    log: PreparedLog, histories: Mapping[str, Sequence[Step]], by: str | None
) -> None:
    known, expected = evidence(log, LIFT, by, NOW), Log(histories, by or "city", NOW)
    assert (known.n_cases, known.n_running, known.n_good) == (
        len(expected.cases), len(expected.running), len(expected.good)
    )  # fmt: skip
    assert known.needs == expected.needs
    assert known.following == expected.following()
    marks = {step: {known.marks[one] for one in marks} & MARKS for step, marks in known.needed_marks.items()}
    assert marks == expected.needed_marks()
    assert sorted(known.halts, key=str) == sorted(expected.recorded_halts(), key=str)
    assert known.halts == sorted(known.halts, key=lambda it: (it.began_at, it.case_id))
    assert [told_of_watched(it) for it in known.watched] == [
        (it.case_id, it.group, it.last.activity, it.idle(NOW), pytest.approx(slow))
        for it, slow in expected.watched()
    ]
    assert list(known.idle_steps) == expected.idle_steps()
    others = sum(not it.judged for it in expected.cases)
    assert (known.supposed, known.silent, known.too_small) == (None, [], False)
    assert known.unjudged == (Unjudged("pipe_renewal", others),)


def told_of_watched(one: Watched) -> tuple[object, ...]:
    return (one.case_id, one.group, one.last_activity, one.idle, one.slow / timedelta(microseconds=1))


def test_of_any_one_random_case_the_same_is_known_as_by_hand(
    log: PreparedLog, histories: Mapping[str, Sequence[Step]]
) -> None:
    expected = Log(histories, "group", NOW)
    quiet = [it for it in expected.running if it in expected.halted and it not in expected.told][:3]
    for by_hand in [*quiet, *expected.told[:3]]:
        known = evidence(log, LIFT, "group", NOW, by_hand.case_id)
        (case,) = known.cases
        assert told(case, known.marks) == told_by_hand(by_hand, expected)
        assert normal(case) == pytest.approx(normal_by_hand(by_hand, expected), rel=1e-9)


def test_what_is_told_of_random_cases_rests_on_what_is_known_of_them(
    log: PreparedLog, histories: Mapping[str, Sequence[Step]]
) -> None:
    known = evidence(as_of(log, NOW), LIFT, "group", NOW)
    report = stalls(log, LIFT, by="group", now=NOW)
    expected = [stall_of(case, known) for case in known.cases]
    expected.sort(key=lambda it: (it.state != "running", -it.idle, it.case_id))
    assert report.stalls == tuple(expected)
    later = [
        it
        for steps in histories.values()
        for it in steps
        if it.lifecycle == "complete" and at(it.hours) > NOW
    ]
    assert report == StallReport(
        "played", False, "group", NOW, None, False, len(later), known.n_cases, known.n_running,
        tuple(expected), tuple(known.watched), tuple(known.idle_steps), (), tuple(known.halts),
        known.unjudged,
    )  # fmt: skip
    for case in known.cases[:2]:
        told = case_stall(log, LIFT, case.case_id, now=NOW)
        assert (told.stall.case_id, told.log, told.alarm) == (case.case_id, "played", True)


def stall_of(case: CaseEvidence, known: Evidence) -> Stall:
    """Return what is to be told of a case, of what is known of it and of the reason found."""
    reason = Reasons(known, LIFT).of(case)
    offered = [it.role for it in case.items if it.activity == reason.place][:1]
    role = next((it for it in offered if it), usual_role(reason.place))
    needed = known.needed_marks.get(reason.place or "", frozenset()) if case.judged else frozenset()
    missing = [known.marks[one] for one in sorted(needed - case.marks)]
    given = {it.name: getattr(case, it.name) for it in fields(case)} | {
        it.name: getattr(reason, it.name) for it in fields(reason)
    }
    made: dict[str, Any] = {
        "chains": tuple(case.chains),
        "role": role,
        "role_seen": role in case.roles,
        "open_steps": tuple(dict.fromkeys(it.activity for it in case.items)),
        "followers": tuple(Follower(*it) for it in known.following.get(case.last_activity, [])[:3]),
        "missing_roles": tuple(it.keys[0] for it in missing if it.layer == "role"),
        "missing_tools": tuple(it.keys[0] for it in missing if it.layer == "tool"),
        "halted_for": case.halts[-1].cause if case.halts else None,
        "now": NOW,
    }
    return Stall(**{it.name: (given | made)[it.name] for it in fields(Stall)})
