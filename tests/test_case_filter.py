"""A filtered log is mined as a log of only the cases that fit, and says of how many it is."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from running import ran

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.events import Event, ObjectChange
from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_deletion import delete
from eventlogs.prepared import PreparedLog, prepare
from mining.cases.case_filter import CaseFilter, FilteredLog, NoCaseFitsError, filtered
from mining.cases.filter_words import UnknownFilterWordError
from mining.conformance.judging import conformance
from mining.discovery.directly_follows import directly_follows, directly_follows_by, waits
from mining.discovery.process_map import process_map
from mining.discovery.variants import variants
from mining.nets.alignment_answers import alignment_answer
from mining.nets.petri_net import PetriNet, Transition
from mining.normative.file import read_model

pytestmark = pytest.mark.xdist_group("case_filter")

VOTE, SIGN, INSTALL, SUBSIDY = (
    "vote_on_installation",
    "sign_lift_agreement",
    "install_lift",
    "claim_subsidy",
)
ACTIVITIES = [VOTE, SIGN, INSTALL, SUBSIDY, "raise_lift_wish", "hold_owners_assembly"]
OUTCOMES = [None, None, "completed", "vote_lost", "shelved"]
START = datetime(2024, 1, 1, tzinfo=UTC)
Fits = Callable[[list[Event]], bool]


def cohort(seed: int = 3, n_cases: int = 60) -> list[Event]:
    """Return cases with cities, recorded outcomes, loops and equal times, recorded case after case."""
    rng = random.Random(seed)
    events = []
    for number in range(n_cases):
        case, moment = f"case {number}", START + timedelta(days=rng.randrange(100))
        city, outcome = rng.choice(["shanghai", "harbin", "无锡", None]), rng.choice(OUTCOMES)
        n_steps = rng.randint(1, 8)
        for step in range(n_steps):
            moment += timedelta(minutes=rng.choice([0, 7, 90, 3000]))
            last = step == n_steps - 1
            events.append(
                Event(
                    f"{case}/{step}",
                    case,
                    rng.choice(ACTIVITIES),
                    moment,
                    attributes={"outcome": outcome} if last and outcome else {},
                    changes=(ObjectChange(case, "city", city),) if city and not step else (),
                )
            )
    return events


def by_case(events: list[Event]) -> dict[str, list[Event]]:
    cases: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        cases.setdefault(event.case_id, []).append(event)
    return cases


def city(trace: list[Event]) -> object:
    return next((change.value for event in trace for change in event.changes), None)


def outcome(trace: list[Event]) -> object:
    return next((event.attributes["outcome"] for event in trace if event.attributes), None)


def steps(trace: list[Event]) -> list[str]:
    return [event.activity for event in trace]


def failed(trace: list[Event]) -> bool:
    return outcome(trace) == "vote_lost"


def running(trace: list[Event]) -> bool:
    return outcome(trace) is None and SUBSIDY not in steps(trace)


FILTERS: dict[str, tuple[CaseFilter, Fits]] = {
    "one value": (CaseFilter(where=(("city", "shanghai"),)), lambda trace: city(trace) == "shanghai"),
    "a label of either language, or another": (
        CaseFilter(where=(("城市", "上海市"), ("city", "Harbin"))),
        lambda trace: city(trace) in ("shanghai", "harbin"),
    ),
    "no value": (CaseFilter(where=(("city", ""),)), lambda trace: city(trace) is None),
    "two attributes": (
        CaseFilter(where=(("city", "无锡"), ("outcome", "vote_lost"))),
        lambda trace: city(trace) == "无锡" and failed(trace),
    ),
    "failed however": (CaseFilter(where=(("outcome", "failed"),)), failed),
    "running": (CaseFilter(where=(("结局", "进行中"),)), running),
    "activities": (
        CaseFilter(
            with_activities=(VOTE, "签订加装电梯协议书"),
            without_activities=("Build the shaft and install the lift",),
        ),
        lambda trace: {VOTE, SIGN} <= set(steps(trace)) and INSTALL not in steps(trace),
    ),
    "paths": (
        CaseFilter(with_arcs=((VOTE, SIGN),), without_arcs=((SIGN, SIGN),)),
        lambda trace: (VOTE, SIGN) in pairwise(steps(trace)) and (SIGN, SIGN) not in pairwise(steps(trace)),
    ),
    "days": (
        CaseFilter(started_from=date(2024, 1, 20), started_to=date(2024, 3, 1)),
        lambda trace: (
            START + timedelta(days=19, hours=-8)
            <= trace[0].occurred_at
            < START + timedelta(days=61, hours=-8)
        ),
    ),
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("filtered")
    opened = DuckDBLedger(place / "events.duckdb")
    opened.create_log("all", simulated=True)
    opened.append("all", cohort())
    opened.close()
    return place


@pytest.fixture(scope="module")
def whole(directory: Path) -> Iterator[PreparedLog]:
    opened = DuckDBLedger(directory / "events.duckdb")
    yield prepare(opened, "all")
    opened.close()


def only(ledger: DuckDBLedger, fits: Fits) -> PreparedLog:
    """Return a log of just the cases that fit."""
    ledger.create_log("some", simulated=True)
    fitting = {case for case, trace in by_case(cohort()).items() if fits(trace)}
    ledger.append("some", [event for event in cohort() if event.case_id in fitting])
    return prepare(ledger, "some")


@pytest.mark.parametrize("name", FILTERS)
def test_a_filtered_log_is_mined_as_a_log_of_only_those_cases(
    whole: PreparedLog, ledger: DuckDBLedger, name: str
) -> None:
    asked, fits = FILTERS[name]
    found, alone = filtered(whole, asked), only(ledger, fits)
    assert isinstance(found, FilteredLog)
    assert (found.n_cases, found.n_all_cases) == (sum(map(fits, by_case(cohort()).values())), 60)
    assert 0 < found.n_cases < 60
    by = "outcome" if name == "no value" else "city"
    theirs, ours = process_map(alone, by=by), process_map(found, by=by)
    assert {group.value: group for group in ours.groups} == {group.value: group for group in theirs.groups}
    assert ours.whole == theirs.whole
    assert variants(found).variants == variants(alone).variants
    assert waits(found) == waits(alone)
    assert directly_follows(found) == directly_follows(alone)
    assert directly_follows_by(found, by) == directly_follows_by(alone, by)


def test_conformance_and_alignments_see_only_the_cases_that_fit(
    whole: PreparedLog, ledger: DuckDBLedger
) -> None:
    asked, fits = FILTERS["one value"]
    found, alone, model = filtered(whole, asked), only(ledger, fits), read_model(None)
    ours, theirs = conformance(found, model, by="city"), conformance(alone, model, by="city")
    assert (ours.whole, ours.groups, ours.deviations) == (theirs.whole, theirs.groups, theirs.deviations)
    net = PetriNet(("p", "q"), (Transition("t", VOTE, {"p": 1}, {"q": 1}),), {"p": 1}, {"q": 1})
    aligned = [replace(alignment_answer(log, net, 60.0), log="") for log in (found, alone)]
    assert aligned[0] == aligned[1]


def test_a_filter_that_asks_for_nothing_is_the_log_itself(whole: PreparedLog) -> None:
    assert filtered(whole, CaseFilter()) is whole


def test_variants_are_numbered_as_those_of_the_whole_log_are_listed(whole: PreparedLog) -> None:
    listed = variants(whole).variants
    found = variants(filtered(whole, CaseFilter(variants=(1, 3)))).variants
    assert [one.activities for one in found] == [listed[0].activities, listed[2].activities]


def test_the_same_filter_is_answered_from_what_was_kept_until_the_log_moves_on(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log("all", simulated=True)
    ledger.append("all", cohort())
    before = prepare(ledger, "all")
    asked = CaseFilter(where=(("city", "shanghai"),))
    schemas = {filtered(before, one).state.schema_name for one in (asked, asked)}
    assert len(schemas) == 1
    ledger.append("all", [Event("new", "new", VOTE, START, changes=(ObjectChange("new", "city", "上海"),))])
    after, old = filtered(prepare(ledger, "all"), asked), filtered(before, asked)
    assert isinstance(after, FilteredLog)
    assert isinstance(old, FilteredLog)
    assert (after.n_cases, after.n_all_cases) == (old.n_cases, 61)
    assert {group.value for group in process_map(after, by="city").groups} == {"shanghai"}
    with ledger.writing() as connection:
        delete(connection, "all")
        left = connection.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE schema_name LIKE 'prepared_%'"
        ).fetchall()
    assert left == [(0,)]
    ledger.close()


def test_only_a_few_filtered_logs_are_kept(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log("all", simulated=True)
    ledger.append("all", cohort())
    whole = prepare(ledger, "all")
    for number in range(1, 13):
        filtered(whole, CaseFilter(variants=(number,)))
    with whole.ledger.reading() as connection:
        kept = connection.execute("SELECT count(*) FROM prepared.derived_log").fetchall()
    assert kept == [(8,)]
    assert variants(filtered(whole, CaseFilter(variants=(1,)))).n_variants == 1
    ledger.close()


@pytest.mark.parametrize(
    ("asked", "fault", "names"),
    [
        (CaseFilter(where=(("colour", "red"),)), UnknownAttributeError, "city, outcome"),
        (CaseFilter(where=(("city", "Paris"),)), UnknownFilterWordError, r"shanghai \(Shanghai\)"),
        (
            CaseFilter(where=(("outcome", "lost"),)),
            UnknownFilterWordError,
            "shelved .*, vote_lost .*, failed",
        ),
        (CaseFilter(with_activities=("dance",)), UnknownFilterWordError, VOTE),
        (CaseFilter(variants=(999,)), UnknownFilterWordError, "from 1 to"),
        (CaseFilter(started_from=date(2030, 1, 1)), NoCaseFitsError, "2030-01-01"),
    ],
)
def test_what_is_not_there_is_refused_by_naming_what_is(
    whole: PreparedLog, asked: CaseFilter, fault: type[Exception], names: str
) -> None:
    with pytest.raises(fault, match=names):
        filtered(whole, asked)


def test_a_filtered_answer_says_of_how_many_cases_it_is(directory: Path, whole: PreparedLog) -> None:
    n = sum(city(trace) == "shanghai" for trace in by_case(cohort()).values())
    whole.ledger.close()
    status, out, _ = ran("--lang zh mine variants all --where city=上海 --top 1", directory)
    assert (status, out.splitlines()[0]) == (0, f"只看：城市 上海（60 个案例中的 {n} 个）")
    status, out, _ = ran("mine map all --where city=上海 --json", directory)
    answer = json.loads(out)
    assert (answer["cases"], answer["filter"]["cases"], answer["filter"]["of_cases"]) == (n, n, 60)
    assert answer["filter"]["where"] == [["city", "shanghai"]]
    status, out, err = ran("mine conformance all --where city", directory)
    assert (status, out) == (2, "")
    assert "'city' is not written attribute=value" in err


def test_the_conditions_are_said_in_both_languages(whole: PreparedLog) -> None:
    asked = CaseFilter(
        (("city", "无锡"), ("outcome", "running")), date(2024, 1, 2), with_arcs=((VOTE, SIGN),)
    )
    with speaking("zh"):
        assert (
            asked.as_text()
            == "城市 无锡；结局 进行中；2024-01-02 或之后开始；含“业主表决 → 签订加装电梯协议书”"
        )
    with speaking("en"):
        assert "Outcome running; started on 2024-01-02 or later" in asked.as_text()


def test_of_very_many_attributes_a_refusal_names_those_most_like_the_one_asked_for(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log("wide", simulated=True)
    values = {f"Task_{n}": n for n in range(90)} | {"Organisation": "south"}
    moment = datetime(2024, 3, 5, tzinfo=UTC)
    ledger.append("wide", [Event("a/x/1", "a", "x", moment, attributes=values)])
    with pytest.raises(UnknownAttributeError) as refused:
        prepare(ledger, "wide").attribute("Organization")
    assert "there are 91, among them: Organisation, " in str(refused.value)
    assert str(refused.value).count(",") < 40
    ledger.close()
