"""What the analysts' pages find: variants, rules, stalls, models, time lost, handovers, what lies ahead."""

import pytest
from analysis_stage import FOREIGN, LOG, N_PROJECTS, told
from lxml import etree
from page_stage import Browser

from eventlogs.language import Language, speaking
from eventlogs.vocabulary import activities
from eventlogs.words import activity_label
from mining.discovery.abbreviations import abbreviations

pytestmark = pytest.mark.xdist_group("analysis")
pytest_plugins = ("analysed_cohort",)


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


def test_completeness_tells_what_is_known_of_each_kind(analyst: Browser) -> None:
    kinds = {one["kind"]: one for one in told(analyst, "/analysis/completeness")["found"]["kinds"]}
    assert {"variants", "arcs", "roles"} <= set(kinds)
    assert all(0 <= one["estimate"]["coverage"] <= 1 for one in kinds.values())
    assert "too few cases" in analyst.get(f"/analysis/completeness?log={FOREIGN}")


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
