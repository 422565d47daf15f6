"""The picture of a process map shows what the map says, wherever it is drawn."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree
from mined_cohort import OURS, cohort

from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.discovery.drawing import ROUTES, svg
from mining.discovery.map_layout import phase_layout
from mining.discovery.map_plan import Measure, plan
from mining.discovery.map_routes import MapRoutes
from mining.discovery.process_map import Arc, MapPart, Node, process_map

pytestmark = pytest.mark.xdist_group("discovery")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedLog]:
    ledger = DuckDBLedger(tmp_path_factory.mktemp("ledger") / "events.duckdb")
    ledger.create_log("ours", simulated=True)
    ledger.append("ours", cohort(OURS, 2))
    yield prepare(ledger, "ours")
    ledger.close()


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


@pytest.mark.parametrize(("point", "kept"), [("60,-30", True), ("60,-4290", False), ("4290,-30", False)])
def test_a_way_that_leaves_the_picture_is_looked_for_anew(point: str, kept: bool) -> None:
    nodes = (Node("set_cost_sharing", 2, 1), Node("calculate_cost_shares", 2, 1))
    arc = Arc(nodes[0].activity, nodes[1].activity, 2, 1, None, None, None)
    layout = phase_layout(node.activity for node in nodes)
    routes, chosen = MapRoutes(), plan(MapPart(None, 1, 4, nodes, (arc,), {}, {}), "", layout=layout)
    routes.learn(
        chosen, f'\tstart [pos="-46,0"];\n\tn0 -> n1 [pos="e,90,-60 80,-10 80,-20 {point} 88,-50"];\n'
    )
    assert ((arc.source, arc.target) in routes.known(chosen)) is kept


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
