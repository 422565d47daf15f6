"""What is described and mined equals what pm4py finds in the same log, and pictures show it."""

import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import etree
from running import ran

from eventlogs.describe import describe
from eventlogs.events import Event, ObjectChange
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
from mining.discovery.drawing import ROUTES, svg
from mining.discovery.map_layout import phase_layout
from mining.discovery.map_plan import Measure, plan
from mining.discovery.process_map import Arc, MapPart, Node, process_map
from mining.discovery.variants import variants

pytestmark = pytest.mark.xdist_group("discovery")

FOREIGN = ["register", "check", "decide", "pay", "reject", "close"]
OURS = [
    "raise_lift_wish",
    "hold_owners_assembly",
    "vote_on_installation",
    "sign_lift_agreement",
    "install_lift",
]
CITIES = ["上海", "无锡", None]


def cohort(activities: list[str], seed: int, n_cases: int = 80) -> list[Event]:
    """Return cases with loops, skips and equal times, recorded out of order."""
    rng = random.Random(seed)
    events = []
    for number in range(n_cases):
        case, moment = (
            f"case {number}",
            datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(500)),
        )
        city = rng.choice(CITIES)
        for step in range(rng.randint(1, 9)):
            moment += timedelta(
                minutes=rng.choice([0, 0, 7, 90, 3000]), seconds=rng.randrange(60) * (step % 2)
            )
            changes = (ObjectChange(case, "city", city),) if city else ()
            events.append(
                Event(
                    f"{case}/{step}",
                    case,
                    rng.choice(activities),
                    moment,
                    actor=rng.choice(["Li", "Wu", None]),
                    changes=changes,
                )
            )
    rng.shuffle(events)
    return events


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
    assert (status, err) == (1, "没有案例或事件带有属性 colour；现有属性：city, role, actor\n")


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


@pytest.fixture(scope="module")
def ours(directory: Path) -> Iterator[PreparedLog]:
    opened = DuckDBLedger(directory / "events.duckdb")
    yield prepare(opened, "ours")
    opened.close()


def pictured(prepared: PreparedLog, prefix: str, place: int | None = None) -> Any:
    mapped = process_map(prepared, by="city")
    part = mapped.whole if place is None else mapped.groups[place]
    chosen = plan(part, "streets", layout=phase_layout(node.activity for node in mapped.nodes), paths=1.0)
    return etree.fromstring(svg(chosen, prefix=prefix))


def titles(picture: Any, kind: str) -> list[str]:
    found = picture.iterfind(f".//{{*}}g[@class='{kind}']/{{*}}title")
    return [title.text for title in found]


def test_every_id_of_a_picture_has_its_prefix(ours: PreparedLog) -> None:
    ids = [part.get("id") for part in pictured(ours, "left").iter() if part.get("id")]
    assert ids
    assert all(name.startswith("left-") for name in ids)


def test_every_node_and_arc_of_the_map_is_in_the_picture(ours: PreparedLog) -> None:
    with speaking("en"):
        picture, mapped = pictured(ours, "map"), process_map(ours)
    ends = len(mapped.start_activities) + len(mapped.end_activities)
    nodes, arcs = titles(picture, "node"), titles(picture, "edge")
    assert len(nodes) == len(mapped.nodes) + 2
    assert len(mapped.arcs) < len(arcs) <= len(mapped.arcs) + ends
    node = mapped.nodes[0]
    assert any(f": {node.events} events in {node.cases} cases" in title for title in nodes)


def test_activities_of_the_vocabulary_stand_at_the_same_place_for_every_city(ours: PreparedLog) -> None:
    def places(picture: Any) -> dict[str, float]:
        root = float(picture.find("{*}g").get("transform").split("(")[1].split()[0])
        return {
            next(iter(group.itertext("{*}text"))): float(group.find("{*}text").get("x")) + root
            for group in picture.iterfind(".//{*}g[@class='node']")
            if group.find("{*}text") is not None
        }

    first, second = places(pictured(ours, "a", 0)), places(pictured(ours, "b", 1))
    shared = first.keys() & second.keys()
    assert shared
    assert {name: first[name] for name in shared} == pytest.approx(
        {name: second[name] for name in shared}, abs=0.1
    )


def ways(drawn: bytes) -> dict[str, list[float]]:
    """Return the coordinates of each line of a picture, by what its title tells."""
    return {
        str(group.findtext("{*}title")): [float(n) for n in re.findall(r"-?[0-9.]+", line.get("d") or "")]
        for group in etree.fromstring(drawn).iterfind(".//{*}g[@class='edge']")
        if (line := group.find("{*}path")) is not None
    }


def test_a_line_goes_its_way_again_without_being_led_anew(ours: PreparedLog) -> None:
    mapped = process_map(ours).whole
    layout = phase_layout(node.activity for node in mapped.nodes)
    cases = plan(mapped, "", measure="cases", layout=layout, paths=1.0)
    first = ways(svg(cases))
    waited = plan(mapped, "", measure="waiting", layout=layout, paths=1.0)
    fewer = plan(mapped, "", measure="cases", activities=0.7, layout=layout, paths=1.0)
    assert len(fewer.boxes) < len(cases.boxes)
    for other in (waited, fewer):
        known = ROUTES.known(other)
        assert [path for path in other.paths if (path.source, path.target) not in known] == []
    again = ways(svg(cases))
    assert first.keys() == again.keys()
    assert all(again[title] == pytest.approx(line, abs=0.2) for title, line in first.items())


def test_any_name_an_activity_may_have_can_be_drawn() -> None:
    names = [
        'a"b\\n<x>&y',
        "<b>bold</b>",
        "line\nbreak",
        "x" * 200,
        "",
        "\x01",
        "加" * 60,
        "->",
        "n1",
        "end\\",
    ]
    arcs = tuple(
        Arc(source, target, 2, 1, None, None, None) for source, target in pairwise([*names, names[0]])
    )
    nodes = tuple(Node(name, 2, 1) for name in names)
    part = MapPart(None, 1, 20, nodes, arcs, {names[0]: 1}, {names[-1]: 1})
    picture = etree.fromstring(svg(plan(part, "<odd> & \x02", paths=1.0)))
    assert len(titles(picture, "node")) == len(names) + 2


MEASURED = MapPart(
    None,
    4,
    13,
    (Node("a", 8, 4), Node("b", 4, 2), Node("rare", 1, 1)),
    (Arc("a", "b", 4, 2, 30.0, 20.0, 50.0), Arc("b", "rare", 1, 1, None, None, None)),
    {"a": 4},
    {"b": 3, "rare": 1},
)


@pytest.mark.parametrize(
    ("measure", "node", "arc"),
    [
        ("frequency", "8", "4"),
        ("cases", "4", "2"),
        ("share", "100.0 %", "50.0 %"),
        ("waiting", "8", "20 seconds"),
        ("mean", "8", "30 seconds"),
        ("p90", "8", "50 seconds"),
        ("total", "8", "2 minutes"),
    ],
)
def test_a_picture_shows_the_measure_that_was_asked_for(measure: Measure, node: str, arc: str) -> None:
    with speaking("en"):
        drawn = plan(MEASURED, "streets", measure=measure, paths=1.0)
    assert drawn.boxes[0].text == f"a\n{node}"
    assert drawn.paths[0].text == arc
    assert drawn.paths[0].strength == 1.0


def test_rare_activities_are_left_out_with_their_paths_and_the_caption_says_so() -> None:
    with speaking("en"):
        drawn = plan(MEASURED, "streets", activities=0.9, paths=1.0)
    assert [box.name for box in drawn.boxes] == ["a", "b"]
    assert "rare" not in {end for path in drawn.paths for end in (path.source, path.target)}
    assert "2 of 3 activities drawn" in drawn.caption


def test_a_picture_names_the_ends_of_its_paths_for_those_who_click() -> None:
    picture = etree.fromstring(svg(plan(MEASURED, "streets", paths=1.0)))
    joined = {
        (edge.get("data-source"), edge.get("data-target"))
        for edge in picture.iterfind(".//{*}g[@class='edge']")
    }
    assert {("a", "b"), ("b", "rare"), (None, "a"), ("b", None)} <= joined
    assert not [part for part in picture.iter() if part.get("style")]
