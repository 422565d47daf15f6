"""The analysts' pages are of the cases that the address chooses, for those who may see them."""

from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, get_args

import pytest
from analysis_stage import FOREIGN, LOG, N_PROJECTS, analysing, told
from lxml import html
from page_stage import Browser, browsing

from dashboards.access.visitor import Scope, Visitor
from dashboards.analysis.choice import Choice
from dashboards.analysis.kept_answers import KeptAnswers
from dashboards.analysis.map_picture import MapView
from dashboards.analysis.study import Study
from dashboards.analysis.warming import made_ready
from eventlogs.language import Language, speaking
from eventlogs.prepared import PreparedLog

pytestmark = pytest.mark.xdist_group("analysis")
pytest_plugins = ("analysed_cohort",)
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
    assert "No case of the log projects fits" in page
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


def test_a_view_is_kept_with_its_note_seen_and_thrown_away(analyst: Browser, data: Path) -> None:
    address = told(analyst, "/analysis/map?where=city%3Dharbin&measure=p90")["head"]["save_address"]
    saving = told(analyst, address)["saving"]
    typed = {"csrf": analyst.csrf, "address": saving, "name": "哈尔滨", "note": "等待很久", "shared": "1"}
    answer = analyst.client.post("/analysis/views", data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, saving)
    (view,) = told(analyst, "/analysis/views")["views"]
    assert (view["name"], view["note"], view["shared"]) == ("哈尔滨", "等待很久", True)
    assert told(analyst, view["address"])["view"]["measure"] == "p90"
    with analysing(data, "另一位") as other:
        assert told(other, "/analysis/views")["views"] == [view]
        gone = other.client.post(f"/analysis/views/{view['number']}/delete", data={"csrf": other.csrf})
        assert gone.status_code == 409
    page: Any = html.fromstring(analyst.get(f"/analysis/views?log={LOG}&where=city%3Dharbin"))
    (form,) = [one for one in page.forms if one.action.partition("?")[0].endswith("/delete")]
    gone = analyst.client.post(form.action, data={"csrf": analyst.csrf})
    assert gone.headers["location"] == f"/analysis/views?log={LOG}&where=city%3Dharbin"
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


def test_the_first_map_is_drawn_before_anybody_asks_for_it(analyst: Browser) -> None:
    engine, answers = analyst.client.app.state.engine, KeptAnswers()  # type: ignore[attr-defined]
    visitor = Visitor("some analyst", frozenset({"analyst"}))
    study, wanted, until = Study(engine.ledger, answers, visitor, Choice(LOG)), {"zh", "en"}, monotonic() + 60

    def refuse(_: PreparedLog) -> str:
        raise LookupError

    with made_ready(engine, answers, after=0):
        while wanted and monotonic() < until:
            for language in get_args(Language):
                with speaking(language), suppress(LookupError):
                    assert "<svg" in study.kept_in_words(("map drawn", MapView()), refuse)
                    wanted.discard(language)
            sleep(0.05)
    assert not wanted
