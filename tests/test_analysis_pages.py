"""The analysts' pages say what mining says, of the cases that the address chooses, in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from analysis_stage import FOREIGN, LOG, N_PROJECTS, analysing, fill
from lxml import etree
from page_stage import Browser, browsing

from dashboards.access.visitor import Scope
from dashboards.analysis.choice import arc
from eventlogs.language import Language, speaking
from eventlogs.vocabulary import activities
from eventlogs.words import activity_label
from mining.abbreviations import abbreviations

pytestmark = pytest.mark.xdist_group("analysis_pages")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("analysis")
    fill(directory)
    return directory


@pytest.fixture(scope="module")
def analyst(data: Path) -> Iterator[Browser]:
    with analysing(data) as reader:
        yield reader


def told(analyst: Browser, address: str, **parameters: str) -> Any:
    more = urlencode({"format": "json", **parameters})
    answer = analyst.client.get(
        f"{address}{'&' if '?' in address else '?'}{more}", headers={"accept-language": "en"}
    )
    assert answer.status_code == 200, answer.text[:2000]
    return answer.json()


PAGES = (
    "",
    "/map",
    "/variants",
    "/conformance",
    "/cases",
    "/compare",
    "/filter",
    "/report",
    "/bottlenecks",
    "/spectrum",
    "/dots",
    "/outlook",
    "/handover",
    "/cases/one?case=shanghai-001",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_says_how_many_of_how_many_cases(analyst: Browser, page: str, lang: str) -> None:
    text = analyst.get(f"/analysis{page}", lang)
    wanted = (
        f"{N_PROJECTS} of {N_PROJECTS} cases" if lang == "en" else f"{N_PROJECTS} 个案例中的 {N_PROJECTS} 个"
    )
    assert wanted in text


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/map",
        "/variants",
        "/conformance",
        "/cases",
        "/filter",
        "/bottlenecks",
        "/spectrum",
        "/dots",
        "/outlook",
        "/handover",
    ],
)
def test_a_log_that_is_not_ours_has_the_same_pages(analyst: Browser, page: str) -> None:
    assert "3 of 3 cases" in analyst.get(f"/analysis{page}?log={FOREIGN}")


def test_the_overview_counts_how_cases_stand_and_ends_add_up(analyst: Browser) -> None:
    found = told(analyst, "/analysis")["progress"]
    states = {one["state"]: one["cases"] for one in found["standings"]}
    assert sum(states.values()) == N_PROJECTS
    ended: dict[str, int] = {}
    for period in found["periods"]:
        for state, n in period["ended"].items():
            ended[state] = ended.get(state, 0) + n
    assert ended == {state: n for state, n in states.items() if state != "running"}
    assert sum(period["started"] for period in found["periods"]) == N_PROJECTS


def test_a_number_of_the_funnel_leads_to_exactly_its_cases(analyst: Browser) -> None:
    for line in told(analyst, "/analysis")["phases"]:
        assert told(analyst, line["address"])["fitting"] == line["cases"]


def test_a_figure_leads_to_exactly_its_cases(analyst: Browser) -> None:
    figures = [one for one in told(analyst, "/analysis")["figures"] if "/cases" in (one["address"] or "")]
    assert figures
    for one in figures:
        assert told(analyst, one["address"])["fitting"] == int(one["value"])


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


def test_filters_stay_in_every_link_and_chips_take_them_away(analyst: Browser) -> None:
    page = told(analyst, "/analysis?where=city%3Dharbin&with=vote_on_installation&measure=p90")
    chips = {chip["text"]: chip["without"] for chip in page["head"]["chips"]}
    assert list(chips) == ["City Harbin", "with Owners vote on the lift"]
    assert "harbin" not in chips["City Harbin"]
    assert "vote_on_installation" in chips["City Harbin"]
    assert "measure=p90" in chips["City Harbin"]
    assert all("city%3Dharbin" in tab["address"] for tab in page["head"]["tabs"])


def test_a_choice_that_no_case_fits_is_explained_and_can_be_taken_back(analyst: Browser) -> None:
    page = analyst.get("/analysis/map?with=vote_on_installation&without=vote_on_installation")
    assert "no case of the log projects fits" in page
    assert f"0 of {N_PROJECTS} cases" in page
    assert 'href="/analysis/map?log=projects"' in page


@pytest.mark.parametrize("condition", ["where=city", "path=a", "from=yesterday", "variant=x"])
def test_a_condition_that_means_nothing_is_refused_in_a_sentence(analyst: Browser, condition: str) -> None:
    answer = analyst.client.get(f"/analysis?{condition}", headers={"accept": "text/html"})
    assert answer.status_code == 409


def test_values_to_choose_by_lead_to_as_many_cases_as_they_say(analyst: Browser) -> None:
    parts = told(analyst, "/analysis/filter")["parts"]
    assert {"How they stand", "City", "Floors", "Firm's willingness"} <= {part["title"] for part in parts}
    for part in parts:
        for value in part["values"]:
            assert told(analyst, value["address"])["head"]["cases"] == int(value["cases"])


def test_cases_are_sorted_searched_and_turned(analyst: Browser) -> None:
    longest = told(analyst, "/analysis/cases?order=duration&down=1")["lines"]
    spans = [line["duration_seconds"] for line in longest]
    assert spans == sorted(spans, reverse=True)
    names = [line["case_id"] for line in told(analyst, "/analysis/cases?order=case&down=1")["lines"]]
    assert names == sorted(names, reverse=True)
    assert {line["city"] for line in told(analyst, "/analysis/cases?search=HARBIN")["lines"]} == {"harbin"}


def test_a_case_tells_its_events_its_chains_and_its_moves(analyst: Browser) -> None:
    page = told(analyst, "/analysis/cases/one?case=shanghai-001")
    gaps = [event["gap_seconds"] for event in page["story"]["events"]]
    assert gaps[0] is None
    assert sum(gaps[1:]) == pytest.approx(page["story"]["duration_seconds"])
    assert len(page["chains"]) == 2
    assert page["moves"]
    assert page["shows_actors"] is False
    assert told(analyst, f"/analysis/cases/one?log={FOREIGN}&case=2")["chains"] == []


def test_a_case_that_breaks_a_rule_is_found_from_the_rule(analyst: Browser) -> None:
    found = told(analyst, "/analysis/cases?rule=S4&did=broken")
    assert found["fitting"] == 1
    case = found["lines"][0]["case_id"]
    broken = [rule for rule in told(analyst, "/analysis/cases/one", case=case)["rules"] if not rule["kept"]]
    assert "S4" in {rule["rule"] for rule in broken}


def test_variants_stand_under_how_their_cases_ended_and_lead_to_them(analyst: Browser) -> None:
    page = told(analyst, "/analysis/variants?level=role&runs=one")
    assert [section["state"] for section in page["sections"]][:2] == ["completed", "failed"]
    assert sum(section["cases"] for section in page["sections"]) == N_PROJECTS
    for section in page["sections"]:
        line = section["lines"][0]
        assert told(analyst, line["address"])["fitting"] == line["cases"]
        assert set(line["states"]) == {section["state"]}


def test_variants_of_a_log_that_is_not_ours_are_counted_as_they_are(analyst: Browser) -> None:
    (section,) = told(analyst, f"/analysis/variants?log={FOREIGN}")["sections"]
    first = section["lines"][0]
    assert (first["cases"], first["words"]) == (2, ["apply", "check", "pay"])
    assert first["cumulative"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_step_has_two_signs_of_its_own(lang: Language) -> None:
    names = [activity.key for activity in activities()]
    with speaking(lang):
        short = abbreviations(names, activity_label)
    assert len(set(short.values())) == len(names) == len(short)
    assert {len(signs) for signs in short.values()} == {2}


def test_words_that_begin_alike_or_are_no_words_get_different_signs() -> None:
    names = [f"step {n}" for n in range(60)] + ["", "加", "加梯", "加梯二", "—", "?"]
    short = abbreviations(names, str)
    assert len(set(short.values())) == len(names)


def test_a_rule_leads_to_the_cases_that_keep_break_or_never_test_it(analyst: Browser) -> None:
    page = told(analyst, "/analysis/conformance")
    lines = [line for group in page["groups"] for line in group["lines"]]
    broken = {line["rule"]: line for line in lines}["S4"]
    assert sum(share["cases"] for share in broken["shares"]) == N_PROJECTS
    for share in broken["shares"]:
        if share["cases"]:
            assert told(analyst, share["address"])["fitting"] == share["cases"]
    assert "S4 is broken most often, in 1" in page["answer"]


def test_the_model_is_drawn_with_its_counts(analyst: Browser) -> None:
    page = told(analyst, "/analysis/conformance")
    step = page["whole"]["steps"][0]
    assert f"in order {step['in_order']} · out of order {step['out_of_order']}" in page["svg"]
    assert analyst.client.get("/analysis/conformance?format=svg").headers["content-type"] == "image/svg+xml"


def test_a_model_that_speaks_of_nothing_in_a_log_says_so(analyst: Browser) -> None:
    assert "speaks of nothing in this log" in analyst.get(f"/analysis/conformance?log={FOREIGN}")


def test_stalls_are_counted_by_step_and_each_says_why(analyst: Browser) -> None:
    page = told(analyst, "/analysis/stalls")
    failed = told(analyst, "/analysis/cases?where=outcome%3Dfailed")["fitting"]
    assert sum(one["state"] == "failed" for one in page["cases"]) == failed > 0
    assert sum(step["cases"] for step in page["steps"]) == len(page["cases"])
    first = page["steps"][0]
    assert len(told(analyst, first["address"])["cases"]) == first["cases"]
    assert all(one["sentence"] for one in page["cases"])


@pytest.mark.parametrize("log", [LOG, FOREIGN])
def test_stalls_are_told_of_any_log(analyst: Browser, log: str) -> None:
    assert analyst.client.get(f"/analysis/stalls?log={log}&format=csv").status_code == 200


def test_a_model_is_found_measured_and_taken_away(analyst: Browser) -> None:
    page = told(analyst, f"/analysis/model?log={FOREIGN}&noise=0.0")
    assert page["quality"]["fitness"] == 1.0
    assert page["svg"].startswith("<svg")
    for ending, root in (("bpmn", "definitions"), ("pnml", "pnml"), ("svg", "svg")):
        file = analyst.client.get(f"/analysis/model?log={FOREIGN}&format={ending}")
        assert etree.QName(etree.fromstring(file.content)).localname == root
        assert "attachment" in file.headers["content-disposition"]


def test_a_view_is_kept_with_its_note_seen_and_thrown_away(analyst: Browser, data: Path) -> None:
    address = told(analyst, "/analysis/map?where=city%3Dharbin&measure=p90")["head"]["save_address"]
    saving = told(analyst, address)["saving"]
    typed = {"csrf": analyst.csrf, "address": saving, "name": "哈尔滨", "note": "等待很久", "shared": "1"}
    assert analyst.client.post("/analysis/views", data=typed).status_code == 303
    (view,) = told(analyst, "/analysis/views")["views"]
    assert (view["name"], view["note"], view["shared"]) == ("哈尔滨", "等待很久", True)
    assert told(analyst, view["address"])["view"]["measure"] == "p90"
    with analysing(data, "另一位") as other:
        assert told(other, "/analysis/views")["views"] == [view]
        gone = other.client.post(f"/analysis/views/{view['number']}/delete", data={"csrf": other.csrf})
        assert gone.status_code == 409
    analyst.client.post(f"/analysis/views/{view['number']}/delete", data={"csrf": analyst.csrf})
    assert told(analyst, "/analysis/views")["views"] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/analysis", "  "),
        ("https://elsewhere/analysis", "x"),
        ("//elsewhere/analysis", "x"),
        ("/users", "x"),
    ],
)
def test_a_view_that_cannot_be_kept_comes_back_with_what_was_typed(
    analyst: Browser, address: str, name: str
) -> None:
    typed = {"csrf": analyst.csrf, "address": address, "name": name, "note": "typed by hand"}
    answer = analyst.client.post("/analysis/views", data=typed, headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert ("typed by hand" in answer.text) == (address == "/analysis")
    assert told(analyst, "/analysis/views")["views"] == []


def test_completeness_tells_what_is_known_of_each_kind(analyst: Browser) -> None:
    kinds = {one["kind"]: one for one in told(analyst, "/analysis/completeness")["found"]["kinds"]}
    assert {"variants", "arcs", "roles"} <= set(kinds)
    assert all(0 <= one["estimate"]["coverage"] <= 1 for one in kinds.values())
    assert "too few cases" in analyst.get(f"/analysis/completeness?log={FOREIGN}")


def test_an_analyst_of_a_city_sees_only_its_cases(data: Path) -> None:
    with analysing(data, "哈尔滨分析员", Scope.of("harbin")) as reader:
        page = told(reader, "/analysis")
        assert page["head"]["all_cases"] == N_PROJECTS // 4
        assert reader.client.get("/analysis/cases/one?case=shanghai-001").status_code == 409
        assert {line["city"] for line in told(reader, "/analysis/cases")["lines"]} == {"harbin"}
        assert "has no cases in your places" in reader.get(f"/analysis?log={FOREIGN}")
        assert FOREIGN not in {log["text"] for log in page["head"]["logs"]}


def test_staff_have_no_analysis(data: Path) -> None:
    with browsing(data) as clerk:
        assert clerk.client.get("/analysis").status_code == 403


def test_bottlenecks_are_ranked_and_lead_to_the_cases_with_the_step(analyst: Browser) -> None:
    page = told(analyst, "/analysis/bottlenecks")
    lost = [one["time_lost"] for one in page["steps"]]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 0
    for one in page["bars"]:
        assert told(analyst, one["address"])["fitting"] >= one["cases"] > 0


def test_staff_of_a_live_log_are_not_named_by_handovers_or_dots(analyst: Browser) -> None:
    assert told(analyst, "/analysis/handover?between=person")["between"] == "role"
    page = told(analyst, "/analysis/dots?colour=person")
    assert [one["text"] for one in page["colours"] if one["current"]] == ["Activity"]
    assert "Person" not in {one["text"] for one in page["colours"]}


def test_the_matrix_holds_every_handover_it_has_room_for(analyst: Browser) -> None:
    page = told(analyst, "/analysis/handover")
    assert page["left_out"] == 0
    shown = sum(cell["times"] for line in page["lines"] for cell in line["cells"])
    assert shown == sum(one["frequency"] for one in page["handovers"]) > 0


def test_every_event_is_a_dot_in_one_layer(analyst: Browser) -> None:
    page = told(analyst, "/analysis/dots")
    assert sum(one["dots"] for one in page["layers"]) == page["head"]["events"]
    assert sum(one["path"].count("M") for one in page["layers"]) == page["head"]["events"]


def test_the_outlook_says_which_way_of_telling_risk_is_used(analyst: Browser) -> None:
    page = told(analyst, "/analysis/outlook")
    used = page["risk"]["trial"]["used"]
    words = {"none": "Too few", "baseline": "baseline", "model": "is used"}
    assert words[used] in page["method"]
    assert len(page["lines"]) == len([one for one in page["outlook"]["steps"] if one["whole"]])
