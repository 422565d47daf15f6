"""Times, rework and handovers are those counted by hand, and those of pm4py."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from played_logs import Step, Trace, played
from running import ran

from eventlogs.events import Event, Lifecycle, ObjectChange
from eventlogs.language import LANGUAGES, speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.discovery.variants import variants
from mining.performance.activity_times import bottlenecks, times
from mining.performance.handover import NobodyNamedError, handovers
from mining.performance.rework import rework
from mining.performance.spans import ALL

pytestmark = pytest.mark.xdist_group("performance")

HOUR = timedelta(hours=1)
MONDAY = datetime(2024, 9, 30, tzinfo=UTC) - 8 * HOUR  # midnight in Shanghai, the day before National Day


def turns(case: str, *told: tuple[str, Lifecycle, float], actor: str = "Li") -> list[Event]:
    """Return events of one case: activity, transition, and hours after `MONDAY`."""
    return [
        Event(f"{case}/{n}", case, activity, MONDAY + hours * HOUR, lifecycle=lifecycle, actor=actor)
        for n, (activity, lifecycle, hours) in enumerate(told)
    ]


@pytest.fixture
def worked(ledger: DuckDBLedger) -> PreparedLog:
    ledger.create_log("worked", simulated=True)
    ledger.append(
        "worked",
        [
            *turns(
                "one",
                ("vote", "schedule", 0),
                ("vote", "start", 2),
                ("vote", "suspend", 3),
                ("vote", "resume", 7),
                ("vote", "complete", 8),
                ("sign", "start", 10),
                ("sign", "complete", 11),
            ),
            *turns("two", ("vote", "complete", 1), ("vote", "start", 4), ("vote", "complete", 24 * 8 + 4)),
        ],
    )
    return prepare(ledger, "worked", lifecycles=ALL)


def test_starts_holds_and_completions_are_paired_into_waiting_service_and_sojourn(
    worked: PreparedLog,
) -> None:
    found = {one.activity: one for one in times(worked).whole.activities}
    sign, vote = found["sign"], found["vote"]
    assert (sign.waiting.mean, sign.service.mean, sign.sojourn.mean) == (2 * HOUR, HOUR, 3 * HOUR)
    assert (vote.completions, vote.cases, vote.started) == (3, 2, 1)  # 'two' began after it was first done
    assert (vote.waiting.mean, vote.service.mean, vote.held) == (2 * HOUR, 2 * HOUR, 4 * HOUR)
    assert sign.time_lost == 2 * HOUR


def test_a_hold_before_the_start_is_part_of_the_wait(ledger: DuckDBLedger) -> None:
    ledger.create_log("held")
    told = [("vote", "schedule", 0), ("vote", "suspend", 1), ("vote", "resume", 5)]
    ledger.append("held", turns("one", *told, ("vote", "start", 6), ("vote", "complete", 7)))  # type: ignore[arg-type]
    (vote,) = times(prepare(ledger, "held", lifecycles=ALL)).whole.activities
    assert (vote.waiting.mean, vote.service.mean, vote.held) == (6 * HOUR, HOUR, 4 * HOUR)
    assert (vote.sojourn.mean, vote.time_lost) == (7 * HOUR, 6 * HOUR)


def test_in_working_days_the_holidays_have_no_length(ledger: DuckDBLedger) -> None:
    ledger.create_log("holiday")
    ledger.append("holiday", turns("one", ("vote", "complete", 12), ("sign", "complete", 24 * 8 + 6)))
    log = prepare(ledger, "holiday")
    by_clock = {one.activity: one for one in times(log).whole.activities}
    worked = times(log, clock="working")
    at_work = {one.activity: one for one in worked.whole.activities}
    assert by_clock["sign"].sojourn.mean == (24 * 8 - 6) * HOUR
    assert by_clock["sign"].held is None  # the log tells of completions alone
    assert at_work["sign"].sojourn.mean == 18 * HOUR  # half of Monday, and six hours of 8 October
    assert worked.whole.throughput.mean == 18 * HOUR


def cohort(seed: int = 4, n_cases: int = 70) -> list[Event]:
    rng, events = random.Random(seed), []
    for number in range(n_cases):
        case, moment = f"case {number}", MONDAY
        city = rng.choice(["上海", "无锡", None])
        for step in range(rng.randint(1, 8)):
            moment += rng.choice([0, 1, 5, 90]) * HOUR
            changes = (ObjectChange(case, "city", city),) if city and not step else ()
            events.append(
                Event(
                    f"{case}/{step}",
                    case,
                    rng.choice("abcd"),
                    moment,
                    role=rng.choice(["guest", "host", None]),
                    actor=rng.choice(["Li", "Wu"]),
                    changes=changes,
                )
            )
    return events


def traces() -> list[list[Event]]:
    return [list(trace) for _, trace in groupby(cohort(), key=lambda event: event.case_id)]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("performance")
    ledger = DuckDBLedger(place / "events.duckdb")
    ledger.create_log("plain", simulated=True)
    ledger.append("plain", cohort())
    ledger.close()
    return place


@pytest.fixture(scope="module")
def plain(directory: Path) -> Iterator[PreparedLog]:
    ledger = DuckDBLedger(directory / "events.duckdb")
    yield prepare(ledger, "plain")
    ledger.close()


def test_without_starts_an_activity_is_in_its_place_since_the_event_before(plain: PreparedLog) -> None:
    spent: dict[str, list[timedelta]] = {}
    for trace in traces():
        for one, two in pairwise(trace):
            spent.setdefault(two.activity, []).append(two.occurred_at - one.occurred_at)
    found = {one.activity: one for one in times(plain).whole.activities}
    for activity, spans in spent.items():
        mean = found[activity].sojourn.mean
        assert mean is not None
        assert mean.total_seconds() == pytest.approx(sum(spans, timedelta()).total_seconds() / len(spans))
        assert found[activity].time_lost == sum(spans, timedelta())
        low, high = found[activity].time_lost_interval
        assert low < found[activity].time_lost < high
    assert sum(one.share for one in found.values()) == pytest.approx(1)


def test_bottlenecks_are_ranked_by_the_time_lost_in_each_group(plain: PreparedLog) -> None:
    ranked = bottlenecks(plain, by="city").times
    assert {group.value for group in ranked.groups} == {"上海", "无锡", None}
    for group in (ranked.whole, *ranked.groups):
        lost = [one.time_lost for one in group.activities]
        assert lost == sorted(lost, reverse=True)
    parts = [one.time_lost for group in ranked.groups for one in group.activities]
    assert sum(parts, timedelta()) == sum((one.time_lost for one in ranked.whole.activities), timedelta())


def test_rework_is_what_pm4py_counts(plain: PreparedLog) -> None:
    import pandas as pd
    import pm4py

    rows = [(event.case_id, event.activity, event.occurred_at) for event in cohort()]
    frame = pd.DataFrame(rows, columns=["case", "activity", "time"])
    theirs = pm4py.get_rework_cases_per_activity(
        pm4py.format_dataframe(frame, case_id="case", activity_key="activity", timestamp_key="time")
    )
    found = rework(plain)
    assert {one.activity: one.cases for one in found.whole.activities} == theirs
    again = [Counter(event.activity for event in trace) for trace in traces()]
    assert found.whole.cases_with_rework == sum(max(counts.values()) > 1 for counts in again)
    assert sum(one.repeats for one in found.whole.activities) == sum(
        n - 1 for counts in again for n in counts.values()
    )
    by_city = rework(plain, by="city").groups
    assert sum(group.cases_with_rework for group in by_city) == found.whole.cases_with_rework


def test_handovers_are_the_pairs_of_neighbours(plain: PreparedLog) -> None:
    pairs = [(one, two) for trace in traces() for one, two in pairwise(trace)]
    persons = handovers(plain, "person", same=True).whole.handovers
    assert {(one.source, one.target): one.frequency for one in persons} == Counter(
        (one.actor, two.actor) for one, two in pairs
    )
    roles = handovers(plain)
    named = [(one.role, two.role) for one, two in pairs if one.role and two.role and one.role != two.role]
    assert {(one.source, one.target): one.frequency for one in roles.whole.handovers} == Counter(named)
    assert roles.unnamed == sum(not (one.role and two.role) for one, two in pairs)


def test_a_log_that_names_nobody_is_refused(ledger: DuckDBLedger) -> None:
    ledger.create_log("nobody")
    ledger.append("nobody", [Event("1", "a", "vote", MONDAY)])
    with pytest.raises(NobodyNamedError, match="says who did it"):
        handovers(prepare(ledger, "nobody"), "person")


def test_a_log_that_names_persons_alone_is_asked_about_between_them(ledger: DuckDBLedger) -> None:
    ledger.create_log("persons")
    ledger.append("persons", turns("a", ("vote", "complete", 0)))
    with pytest.raises(NobodyNamedError, match="--between person looks at who did it"):
        handovers(prepare(ledger, "persons"))


def test_the_commands_answer_in_both_languages_and_json(directory: Path, plain: PreparedLog) -> None:
    plain.ledger.close()
    for name in ("times --clock working", "bottlenecks", "rework", "handover --between person"):
        command, _, options = name.partition(" ")
        status, out, _ = ran(f"mine {command} plain {options} --by 城市 --where city=上海 --json", directory)
        answer = json.loads(out)
        assert (status, answer["by"], len(answer["groups"])) == (0, "城市", 1)
        assert answer["filter"]["cases"] == answer["whole"]["cases"]
        for language in LANGUAGES:
            with speaking(language):
                status, out, _ = ran(f"--lang {language} mine {command} plain {options}", directory)
            assert (status, "None" in out) == (0, False)


def test_of_very_many_groups_a_text_tells_the_largest_and_how_many_more(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {}
    for group in range(30):
        for n in range(2 if group == 7 else 1):
            cases[f"{group}-{n}"] = [
                Step("order", 0, attributes={"price": group}), Step("pay", 5), Step("pay", 9)
            ]  # fmt: skip
    with played(tmp_path, cases) as prepared:
        answers: list[Any] = [
            rework(prepared, by="price"),
            times(prepared, by="price"),
            variants(prepared, by="price"),
        ]
    for answer in answers:
        told = answer.as_text()
        assert len(answer.groups) == 30
        assert told.endswith("and 10 more groups; --json tells all")
        assert told.index("price 7") < told.index("price 0")
