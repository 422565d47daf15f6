"""The page of the map: the chosen cases drawn, picked, taken away and played."""

from typing import Any

import pytest
from analysis_stage import FOREIGN, N_PROJECTS, told
from lxml import etree
from page_stage import Browser

from dashboards.analysis.choice import arc

pytestmark = pytest.mark.xdist_group("analysis")
pytest_plugins = ("analysed_cohort",)


def test_the_map_of_the_page_is_that_of_the_chosen_cases(analyst: Browser) -> None:
    page = told(analyst, "/analysis/map?where=city%3Dharbin&where=city%3Ddalian")
    assert page["head"]["cases"] == page["map"]["cases"] == N_PROJECTS // 2
    most = page["map"]["nodes"][0]
    assert f'data-activity="{most["activity"]}"' in page["svg"]


def test_what_is_picked_in_the_map_filters_with_and_without(analyst: Browser) -> None:
    picked = told(analyst, "/analysis/map?pick=vote_on_installation")["picked"]
    with_it = told(analyst, picked["with_address"])["head"]["cases"]
    without = told(analyst, picked["without_address"])["head"]["cases"]
    assert 0 < with_it < N_PROJECTS
    assert with_it + without == N_PROJECTS
    assert told(analyst, picked["cases_address"])["fitting"] == with_it


def test_a_path_picked_in_the_map_has_its_own_wait_and_cases(analyst: Browser) -> None:
    page = told(analyst, f"/analysis/map?log={FOREIGN}", pick_path=arc("apply", "check"))
    assert page["picked"]["title"] == "apply → check"
    assert ["Median wait", "1 day"] in page["picked"]["facts"]
    twice = told(analyst, f"/analysis/map?log={FOREIGN}", pick_path=arc("check", "check"))["picked"]
    assert told(analyst, twice["cases_address"])["fitting"] == 1
    assert told(analyst, twice["without_address"])["head"]["cases"] == 2


def test_no_filter_moves_an_activity_of_the_map(analyst: Browser) -> None:
    def places(svg: str) -> dict[str, tuple[float, ...]]:
        root: Any = etree.fromstring(svg)
        moved = root.find("{*}g").get("transform").split("(")[1].rstrip(")").split()
        return {
            group.get("data-activity"): tuple(
                round(float(group.find("{*}text").get(axis)) + float(by), 0)
                for axis, by in zip("xy", moved, strict=True)
            )
            for group in root.iterfind(".//{*}g[@data-activity]")
        }

    whole = places(told(analyst, "/analysis/map")["svg"])
    part = places(told(analyst, "/analysis/map?where=outcome%3Dfailed&activities=80")["svg"])
    assert 5 < len(part) < len(whole)
    assert {name: whole[name] for name in part} == part


def test_the_drawing_can_be_taken_away_and_its_tables_too(analyst: Browser) -> None:
    drawing = analyst.client.get("/analysis/map?format=svg")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "attachment" in drawing.headers["content-disposition"]
    assert analyst.client.get("/analysis/map?format=csv&table=paths").text.count("\n") > 20
    assert analyst.client.get("/analysis?format=xlsx&table=phases").content[:2] == b"PK"
    everybody = analyst.client.get("/analysis/cases?format=csv").text
    assert everybody.count("\n") == N_PROJECTS + 1


def test_tokens_move_as_the_cases_did(analyst: Browser) -> None:
    flow = analyst.client.get(f"/analysis/map/tokens?log={FOREIGN}").json()
    assert (flow["cases"], flow["all_cases"]) == (3, 3)
    day = 86_400
    moves = {
        (tuple(flow["arcs"][arc]), round(begins / day, 1), round(ends / day, 1))
        for arc, begins, ends in flow["moves"]
    }
    assert (("apply", "check"), 0.0, 1.0) in moves
    assert len(flow["moves"]) == 7
