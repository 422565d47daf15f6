"""Waits are put down to the causes that were planted, recorded ones by their code, and their parts add up."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import ran

from eventlogs.events import Event, Lifecycle, ObjectLink
from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from eventlogs.working_calendar import OFFICE_ZONE
from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import BatchPlant, PlantRefusedError, Plants, QueuePlant, read_plants
from flows.simulation.truth import cohort_truth
from mining.normative.file import lift_model
from mining.performance.spans import ALL
from mining.performance.waiting_causes import waiting_causes
from mining.performance.waiting_inference import Work, batches, latest_ends, parted
from mining.stalls.grading import grades

HOUR = timedelta(hours=1)
TUESDAY = datetime(2024, 3, 5, tzinfo=UTC)


class Job(NamedTuple):
    """What somebody is to do: when it is ready and how long it takes, in hours."""

    n: int
    ready: float
    service: float


class Turn(NamedTuple):
    """When a job was done."""

    job: Job
    start: float
    end: float


def work(case: str, activity: str, ready: float, start: float, end: float, actor: str = "Li") -> list[Event]:
    """Return an offer, a start and a completion, in hours after `TUESDAY`."""
    return [
        Event(
            f"{case}/{activity}/{turn}",
            case,
            activity,
            TUESDAY + hours * HOUR,
            lifecycle=turn,
            actor=actor,
        )
        for turn, hours in (("schedule", ready), ("start", start), ("complete", end))
    ]


def inferred(ledger: DuckDBLedger, *works: list[Event]) -> dict[str, float]:
    ledger.create_log("log", simulated=True)
    ledger.append("log", [event for one in works for event in one])
    found = waiting_causes(prepare(ledger, "log", lifecycles=ALL)).whole.inferred
    return {one.cause: one.time / HOUR for one in found}


def test_waiting_behind_earlier_work_is_contention(ledger: DuckDBLedger) -> None:
    assert inferred(ledger, work("a", "x", 0, 0, 5), work("b", "y", 1, 5, 6)) == {"contention": 4}


def test_waiting_while_later_work_is_done_is_prioritisation(ledger: DuckDBLedger) -> None:
    found = inferred(ledger, work("a", "x", 2, 2, 5), work("b", "y", 1, 5, 6))
    assert found == {"extraneous": 1, "prioritisation": 3}


def test_work_done_together_when_the_last_is_ready_is_batching(ledger: DuckDBLedger) -> None:
    found = inferred(ledger, work("a", "x", 0, 6, 7), work("b", "x", 4, 7, 8), work("c", "x", 5, 8, 9))
    # until 5 a and b wait for c; then b waits 1 hour and c 2 for the others; the hour from 5 to 6 is nobody's
    assert found == {"batching": 5 + (1 + 1) + 2, "extraneous": 3}


def test_days_off_are_no_ones_fault(ledger: DuckDBLedger) -> None:
    friday = 24 * 3 + 6  # 14:00 in Shanghai
    found = inferred(ledger, work("a", "x", friday, friday + 72, friday + 73))
    assert found == {"unavailability": 48, "extraneous": 24}


def desk(rng: Random, takes: Callable[[list[Job]], Job | None]) -> tuple[list[list[Event]], list[Turn]]:
    """Let one person do jobs as they come, chosen by `takes`; return the events and what was done when."""
    ready, jobs = 0.0, []
    for n in range(80):
        ready += rng.expovariate(1 / 2.0)
        jobs.append(Job(n, ready, rng.uniform(0.5, 3)))
    now, done, events = 0.0, list[Turn](), []
    waiting, ahead = list[Job](), list(jobs)
    while ahead or waiting:
        waiting += [job for job in ahead if job.ready <= now]
        ahead = [job for job in ahead if job.ready > now]
        job = takes(waiting)
        if job is None:
            if not ahead:
                break
            now = ahead[0].ready
            continue
        waiting.remove(job)
        done.append(Turn(job, now, now + job.service))
        events.append(work(f"case-{job.n}", f"kind-{job.n}", job.ready, now, now + job.service))
        now += job.service
    return events, done


def busy(done: list[Turn], *, with_later: bool) -> float:
    """Return for how long jobs waited while one that was ready later, or earlier, was being done."""
    return sum(
        max(0.0, min(own.start, other.end) - max(own.job.ready, other.start))
        for own in done
        for other in done
        if other.start < own.start and (other.job.ready > own.job.ready) == with_later
    )


@pytest.mark.parametrize(
    "takes",
    [
        lambda waiting: waiting[0] if waiting else None,
        lambda waiting: waiting[-1] if waiting else None,
        lambda waiting: min(waiting, key=lambda job: job.service) if waiting else None,
    ],
    ids=["first come first served", "the last first", "the shortest first"],
)
def test_a_queue_before_one_person_is_found_as_planted(
    ledger: DuckDBLedger, takes: Callable[[list[Job]], Job | None]
) -> None:
    events, done = desk(Random(5), takes)
    found = inferred(ledger, *events)
    behind, passed_over = busy(done, with_later=False), busy(done, with_later=True)
    assert found.get("contention", 0) == pytest.approx(behind, abs=0.01)
    assert found.get("prioritisation", 0) == pytest.approx(passed_over, abs=0.01)
    assert sum(found.values()) == pytest.approx(behind + passed_over, abs=0.01)


def test_work_that_is_left_to_pile_up_is_found_as_planted(ledger: DuckDBLedger) -> None:
    rng, ready, waited = Random(7), 0.0, 0.0
    events: list[list[Event]] = []
    for _ in range(20):
        moments = []
        for _ in range(5):
            ready += rng.expovariate(1 / 10.0)
            moments.append(ready)
        for place, moment in enumerate(moments):
            start = ready + place / 2
            waited += start - moment
            events.append(work(f"case-{len(events)}", "x", moment, start, start + 0.5))
        ready += 3
    found = inferred(ledger, *events)
    assert found["batching"] == pytest.approx(waited, rel=0.001)


def test_the_causes_are_found_in_a_played_cohort_whose_people_take_their_work_up(
    ledger: DuckDBLedger,
) -> None:
    play_in_bulk(ledger, "played", scripts(("上海",), 10, 4, Plants()), processes=1)
    found = waiting_causes(prepare(ledger, "played", lifecycles=ALL))
    spent = {one.cause: one.time for one in found.whole.inferred}
    own: dict[str, dict[str, datetime]] = {}
    actors: dict[str, str] = {}
    for one in ledger.since(0, log="played", limit=100_000):
        item = next((link.object_id for link in one.event.objects if link.object_type == "work_item"), None)
        if item is not None:
            own.setdefault(item, {})[one.event.lifecycle] = one.event.occurred_at
            actors[item] = one.event.actor or actors.get(item, "")
    whole = {item: turns for item, turns in own.items() if {"schedule", "start", "complete"} <= turns.keys()}
    assert len(whole) == found.looked_at == found.all_waits > 150
    waits = sum((turns["start"] - turns["schedule"] for turns in whole.values()), timedelta())
    assert sum(spent.values(), timedelta()) == waits
    assert timedelta() < spent["contention"] < waits
    assert spent["prioritisation"] > timedelta()


def test_transitions_of_one_work_item_belong_together(ledger: DuckDBLedger) -> None:
    def turn(item: int, lifecycle: Lifecycle, hours: float) -> Event:
        moment = TUESDAY + hours * HOUR
        link = ObjectLink(f"a/x/{item}", "work_item", "moves")
        key = f"a/x/{item}/{lifecycle}"
        return Event(key, "a", "x", moment, lifecycle=lifecycle, actor="Li", objects=(link,))

    told: list[tuple[int, Lifecycle, float]] = [
        (1, "schedule", 0), (1, "complete", 1), (2, "schedule", 1), (2, "start", 3), (2, "complete", 4)
    ]  # fmt: skip
    ledger.create_log("log", simulated=True)
    ledger.append("log", [turn(*one) for one in told])
    found = waiting_causes(prepare(ledger, "log", lifecycles=ALL))
    assert (found.all_waits, found.whole.inferred[0].time) == (1, 2 * HOUR)


def test_recorded_holds_are_told_by_their_cause_and_open_ones_counted(ledger: DuckDBLedger) -> None:
    ledger.create_log("log", simulated=True)
    turns = [("start", 0, None), ("suspend", 1, "money"), ("resume", 4, None), ("suspend", 5, "office")]
    ledger.append(
        "log",
        [
            Event(
                f"a/{n}",
                "a",
                "raise_funds",
                TUESDAY + hours * HOUR,
                lifecycle=turn,
                attributes={"cause": cause} if cause else {},
            )
            for n, (turn, hours, cause) in enumerate(turns)
        ],
    )
    found = waiting_causes(prepare(ledger, "log", lifecycles=ALL))
    assert [(one.cause, one.holds, one.open, one.time) for one in found.whole.recorded] == [
        ("money", 1, 0, 3 * HOUR),
        ("office", 1, 1, timedelta()),
    ]
    with speaking("zh"):
        assert "等待资金" in found.as_text()
        assert "无法推断其他原因" in found.as_text()


def test_a_project_put_on_hold_with_all_its_work_is_one_hold(ledger: DuckDBLedger) -> None:
    ledger.create_log("log", simulated=True)
    turns: list[tuple[Lifecycle, float]] = [("suspend", 1), ("resume", 4)]
    ledger.append(
        "log",
        [
            Event(
                f"a/{activity}/1/{turn}",
                "a",
                activity,
                TUESDAY + hours * HOUR,
                lifecycle=turn,
                attributes={"cause": "money"} if turn == "suspend" else {},
            )
            for turn, hours in turns
            for activity in ("project", "raise_funds", "joint_review")
        ],
    )
    (hold,) = waiting_causes(prepare(ledger, "log", lifecycles=ALL)).whole.recorded
    assert (hold.holds, hold.open, hold.time) == (1, 0, 3 * HOUR)


MOMENTS = st.integers(0, 60)


@given(st.lists(st.tuples(st.integers(0, 2), MOMENTS, MOMENTS, MOMENTS), min_size=1, max_size=12))
def test_the_parts_of_a_wait_add_up_to_it(told: list[tuple[int, int, int, int]]) -> None:
    works = sorted(
        (
            Work(activity, ready, ready + wait, ready + wait + service)
            for activity, ready, wait, service in told
        ),
        key=lambda one: one.started,
    )
    numbers, ends = batches(works), latest_ends(works)
    for place, one in enumerate(works):
        spent = parted(place, works, numbers, ends, lambda low, high: (high - low) // 2)
        assert sum(spent.values()) == one.started - (one.ready or 0)
        assert min(spent.values()) >= 0


def test_the_command_tells_groups_and_that_causes_are_inferred(ledger: DuckDBLedger, tmp_path: Path) -> None:
    assert inferred(ledger, work("a", "x", 0, 0, 5), work("b", "y", 1, 5, 6))
    ledger.close()
    status, out, _ = ran("mine waiting log --by actor --json", tmp_path)
    answer = json.loads(out)
    assert (status, answer["all_waits"], answer["groups"][0]["waits"]) == (0, 1, 1)
    assert "推断的等待原因" in ran("--lang zh mine waiting log", tmp_path)[1]


def test_an_office_that_meets_on_fixed_days_is_found_to_work_in_batches(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    plants = Plants(batch=(BatchPlant(step="joint_review", weeks=13),))
    told, _ = play_in_bulk(ledger, "met", scripts(("上海",), 40, 4, plants), processes=1)
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps(asdict(cohort_truth("met", 4, told))), "utf-8")
    marks = {one.name: one for one in grades(prepare(ledger, "met"), lift_model(), truth).marks}
    found = marks["batches"]
    assert found.true >= 10
    assert found.precision >= 0.95
    assert found.recall >= 0.95
    done = [one for project in told for one in project.batched]
    days = {datetime.fromisoformat(one.begun).astimezone(OFFICE_ZONE).date() for one in done}
    assert {day.isocalendar().weekday for day in days} <= {3, 4, 5, 6}
    assert all(one.ready < one.begun for one in done)
    ledger.close()


def test_a_person_whom_projects_wait_for_is_found_busy_or_away_as_planted(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    plants = Plants(
        queue=(
            QueuePlant(step="grant_permit_or_filing", cause="contention", behind="register_lift_use"),
            QueuePlant(
                step="promise_corridor_upgrade", cause="prioritisation", behind="negotiate_low_floor_subsidy"
            ),
            QueuePlant(step="publicise_policy", cause="unavailability"),
        )
    )
    cohort = scripts(("上海",), 20, 9, plants)
    told, _ = play_in_bulk(ledger, "queued", cohort, processes=1)
    causes = {one.cause for project in told for one in project.queued}
    assert causes == {"contention", "prioritisation", "unavailability"}
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps(asdict(cohort_truth("queued", 9, told))), "utf-8")
    found = next(
        one for one in grades(prepare(ledger, "queued"), lift_model(), truth).marks if one.name == "queues"
    )
    assert found.true == sum(len(project.queued) for project in told)
    assert (found.missed, found.wrong) == ((), ())
    for project in told:
        assert all(one.ready < one.begun for one in project.queued)
    ledger.close()


@pytest.mark.parametrize(
    ("queue", "said"),
    [
        (
            'step = "raise_funds"\ncause = "unavailability"',
            "raise_funds is not a step that an office takes up",
        ),
        ('step = "joint_review"\ncause = "contention"', "must be another step of the same office"),
        ('step = "joint_review"\ncause = "contention"\nbehind = "publicise_policy"', "of the same office"),
        (
            'step = "joint_review"\ncause = "unavailability"\nbehind = "assess_feasibility"',
            "leave out behind",
        ),
    ],
)
def test_what_nobody_can_wait_for_is_refused(tmp_path: Path, queue: str, said: str) -> None:
    file = tmp_path / "plants.toml"
    file.write_text("[[queue]]\n" + queue, "utf-8")
    with pytest.raises(PlantRefusedError, match=said):
        read_plants(file)
