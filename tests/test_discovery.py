"""What is described and mined equals what pm4py finds in the same log."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mined_cohort import CITIES, OURS, cohort
from played_logs import START, Step, Trace, played
from running import ran

from eventlogs.describe import describe
from eventlogs.events import Event
from eventlogs.language import LANGUAGES, speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.discovery.directly_follows import (
    case_durations,
    directly_follows,
    directly_follows_by,
    waits,
    waits_by,
)
from mining.discovery.process_map import process_map
from mining.discovery.variants import variants

pytestmark = pytest.mark.xdist_group("discovery")

FOREIGN = ["register", "check", "decide", "pay", "reject", "close"]


def frame(events: list[Event]) -> Any:
    import pm4py

    table = pd.DataFrame(
        {
            "case": [event.case_id for event in events],
            "activity": [event.activity for event in events],
            "time": [event.occurred_at for event in events],
            "org:resource": [event.actor for event in events],
        }
    )
    return pm4py.format_dataframe(table, case_id="case", activity_key="activity", timestamp_key="time")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "False"
    place = tmp_path_factory.mktemp("ledger")
    ledger = DuckDBLedger(place / "events.duckdb")
    for name, activities, seed in (("foreign", FOREIGN, 1), ("ours", OURS, 2)):
        ledger.create_log(name, simulated=True)
        ledger.append(name, cohort(activities, seed))
    ledger.close()
    return place


@pytest.fixture(scope="module")
def ledger(directory: Path) -> Iterator[DuckDBLedger]:
    opened = DuckDBLedger(directory / "events.duckdb")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def foreign(ledger: DuckDBLedger) -> PreparedLog:
    return prepare(ledger, "foreign")


@pytest.fixture(scope="module")
def theirs() -> Any:
    return frame(cohort(FOREIGN, 1))


def test_the_description_counts_as_pm4py_does(foreign: PreparedLog, theirs: Any) -> None:
    import pm4py

    ours = describe(foreign)
    durations = pd.Series(pm4py.get_all_case_durations(theirs))
    assert (ours.cases, ours.events) == (theirs["case:concept:name"].nunique(), len(theirs))
    assert ours.activity_counts == pm4py.get_event_attribute_values(theirs, "concept:name")
    assert ours.start_activities == pm4py.get_start_activities(theirs)
    assert ours.end_activities == pm4py.get_end_activities(theirs)
    assert ours.resources == pm4py.get_event_attribute_values(theirs, "org:resource")
    assert ours.variants == len(pm4py.get_variants(theirs))
    assert ours.first_event == theirs["time:timestamp"].min()
    assert ours.last_event == theirs["time:timestamp"].max()
    assert ours.case_duration.mean_seconds == pytest.approx(durations.mean(), rel=1e-12)
    assert ours.case_duration.median_seconds == durations.median()
    assert ours.case_duration.sample_std_seconds == pytest.approx(durations.std(), rel=1e-12)
    assert (ours.case_duration.min_seconds, ours.case_duration.max_seconds) == (
        durations.min(),
        durations.max(),
    )


def test_the_variants_are_those_of_pm4py(foreign: PreparedLog, theirs: Any) -> None:
    import pm4py

    ours = variants(foreign)
    assert {variant.activities: variant.count for variant in ours.variants} == dict(
        pm4py.get_variants(theirs)
    )
    assert [variant.count for variant in ours.variants] == sorted(
        (variant.count for variant in ours.variants), reverse=True
    )
    assert sum(variant.share for variant in ours.variants) == pytest.approx(1)
    assert ours.variants[-1].cumulative_share == pytest.approx(1)
    cases = theirs.groupby("case:concept:name")
    sequences, times = cases["concept:name"].agg(list), cases["time:timestamp"]
    spans = (times.max() - times.min()).dt.total_seconds()
    for variant in ours.variants[:5]:
        of_variant = spans[[tuple(sequence) == variant.activities for sequence in sequences]]
        assert variant.median_duration_seconds == of_variant.median()


def test_the_map_is_the_directly_follows_graph_of_pm4py(foreign: PreparedLog, theirs: Any) -> None:
    import pm4py

    ours = process_map(foreign)
    counts, starts, ends = pm4py.discover_dfg(theirs)
    waits, _, _ = pm4py.discover_performance_dfg(theirs)
    assert {(arc.source, arc.target): arc.frequency for arc in ours.arcs} == dict(counts)
    assert (ours.start_activities, ours.end_activities) == (starts, ends)
    for arc in ours.arcs:
        wait = waits[arc.source, arc.target]
        assert arc.mean_waiting_seconds == pytest.approx(wait["mean"], abs=1e-6)
        assert arc.median_waiting_seconds == pytest.approx(wait["median"], abs=1e-6)


def test_cases_of_nodes_and_arcs_are_distinct_cases(foreign: PreparedLog, theirs: Any) -> None:
    traces = [list(group) for _, group in theirs.groupby("case:concept:name")["concept:name"]]
    ours = process_map(foreign)
    activities = Counter(name for trace in traces for name in set(trace))
    arcs = Counter(arc for trace in traces for arc in set(pairwise(trace)))
    assert {node.activity: node.cases for node in ours.nodes} == activities
    assert {(arc.source, arc.target): arc.cases for arc in ours.arcs} == arcs


def test_groups_by_an_attribute_are_the_maps_and_variants_of_their_cases(foreign: PreparedLog) -> None:
    import pm4py

    events = cohort(FOREIGN, 1)
    city_of = {event.case_id: event.changes[0].value for event in events if event.changes}
    mapped, listed = process_map(foreign, by="city"), variants(foreign, by="city", top=3)
    assert {group.value for group in mapped.groups} == set(CITIES)
    for group, sequences in zip(mapped.groups, listed.groups, strict=True):
        theirs = frame([event for event in events if city_of.get(event.case_id) == group.value])
        counts, starts, ends = pm4py.discover_dfg(theirs)
        found = pm4py.get_variants(theirs)
        assert group.value == sequences.value
        assert {(arc.source, arc.target): arc.frequency for arc in group.arcs} == dict(counts)
        assert (group.start_activities, group.end_activities) == (starts, ends)
        assert (sequences.cases, sequences.n_variants) == (sum(found.values()), len(found))
        assert [variant.count for variant in sequences.variants] == sorted(found.values(), reverse=True)[:3]


def test_the_graph_by_itself_is_that_of_the_map(foreign: PreparedLog) -> None:
    mapped = process_map(foreign)
    graph = {(arc.source, arc.target): arc.frequency for arc in mapped.arcs}
    medians = {(arc.source, arc.target): arc.median_waiting_seconds for arc in mapped.arcs}
    assert directly_follows(foreign) == graph
    assert {pair: wait.median for pair, wait in waits(foreign).items()} == medians
    parts = directly_follows_by(foreign, "city")
    assert set(parts) == set(CITIES)
    assert sum((Counter(part) for part in parts.values()), Counter()) == graph
    assert {pair for part in waits_by(foreign, "city").values() for pair in part} == graph.keys()
    assert len(case_durations(foreign)) == mapped.cases


def test_the_graph_of_each_group_grows_with_its_cases(tmp_path: Path) -> None:
    def begun(city: str) -> Step:
        return Step("a", attributes={"city": city})

    cases: dict[str, Trace] = {"1": [begun("east"), "b"], "2": [begun("west"), "b"], "3": ["a", "b"]}
    with played(tmp_path, cases) as log:
        assert directly_follows_by(log, "city") == {city: {("a", "b"): 1} for city in ("east", "west", None)}
        late = START + timedelta(days=1)
        log.ledger.append("played", [Event(f"late {case}", case, "c", late) for case in ("1", "2", "4")])
        assert directly_follows_by(prepare(log.ledger, "played"), "city") == {
            "east": {("a", "b"): 1, ("b", "c"): 1},
            "west": {("a", "b"): 1, ("b", "c"): 1},
            None: {("a", "b"): 1},
        }


def test_an_empty_log_can_be_described_and_mined(ledger: DuckDBLedger) -> None:
    ledger.create_log("empty")
    nothing = prepare(ledger, "empty")
    assert (describe(nothing).cases, describe(nothing).case_duration.mean_seconds) == (0, None)
    assert (variants(nothing).variants, process_map(nothing).arcs) == ((), ())
    for language in LANGUAGES:
        with speaking(language):
            assert describe(nothing).as_text()
            assert variants(nothing).as_text()
            assert process_map(nothing).as_text()


def test_the_commands_answer_in_json(directory: Path, ledger: DuckDBLedger) -> None:
    ledger.close()
    status, out, err = ran("log describe foreign --json", directory)
    assert (status, err, json.loads(out)["cases"]) == (0, "", 80)
    status, out, _ = ran("mine variants foreign --top 2 --by city --json", directory)
    answer = json.loads(out)
    assert status == 0
    assert (len(answer["variants"]), len(answer["groups"]), answer["by"]) == (2, 3, "city")
    assert set(answer["variants"][0]) >= {"count", "share", "median_duration_seconds", "activities"}
    status, out, _ = ran("mine map foreign --json", directory)
    answer = json.loads(out)
    assert set(answer["nodes"][0]) == {"activity", "events", "cases"}
    assert set(answer["arcs"][0]) >= {"source", "target", "frequency", "cases", "median_waiting_seconds"}
    status, _, err = ran("--lang zh mine variants foreign --by colour", directory)
    assert (status, err) == (1, "没有案例或事件带有属性 colour；现有属性：city, actor\n")


def test_the_command_draws_the_map_and_one_for_each_city(directory: Path, tmp_path: Path) -> None:
    status, _, err = ran(f"--lang zh mine map ours --by city -o {tmp_path}/map.svg", directory)
    assert (status, err.count("已绘制")) == (0, 4)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "map-上海.svg",
        "map-无.svg",
        "map-无锡.svg",
        "map.svg",
    ]
    text = (tmp_path / "map.svg").read_text("utf-8")
    assert "召集业主大会" in text
    assert "动员" in text
    assert "模拟数据" in text


def test_a_picture_is_refused_before_anything_is_mined(directory: Path, tmp_path: Path) -> None:
    status, out, err = ran(f"mine map ours -o {tmp_path}/map.pdf", directory)
    assert (status, out) == (1, "")
    assert err.startswith("map.pdf: a map is drawn as .svg")
