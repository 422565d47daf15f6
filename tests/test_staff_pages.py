import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bare_numbers import bare_numbers
from lift_play import LOG, REGISTER, Play
from lxml import html
from page_stage import OTHER, STAFF, Browser, browsing
from town_stage import Town

from dashboards.access.visitor import EVERYWHERE, Scope, Visitor
from dashboards.engine import Engine
from dashboards.staff.risk_page import risk_page
from dashboards.staff.worklist_page import WorkAsked
from eventlogs.prepared import prepare
from flows.project.advance import read_case
from mining.normative.file import lift_model
from mining.stalls.facts import IdleStep, Watched
from mining.stalls.finding import stalls

pytestmark = pytest.mark.xdist_group("neighbourhood")
pytest_plugins = ("town_stage",)


def send(browser: Browser, address: str, **fields: str | list[str]) -> tuple[int, str, str]:
    """Send a form as a page does; return the status, where it leads and the text."""
    data: Mapping[str, str | list[str]] = {
        "csrf": browser.csrf,
        **{k.replace("__", "."): v for k, v in fields.items()},
    }
    answer = browser.client.post(address, data=dict(data))
    return answer.status_code, answer.headers.get("location", ""), answer.text


def lines(browser: Browser, **asked: str) -> list[dict[str, str]]:
    found = browser.told("/todo", **asked)["lines"]
    assert isinstance(found, list)
    return found


def test_the_most_pressing_work_comes_first_and_is_told_in_words(staff: Browser) -> None:
    days = [line["due"]["day"] for line in lines(staff)]  # type: ignore[index]
    assert days == sorted(days)
    page = staff.get("/todo")
    assert "days overdue" in page
    assert "逾期" in staff.get("/todo", "zh")
    assert 'role="status"' in page


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ({"city": "harbin"}, lambda line: line["city"] == "harbin"),
        ({"district": "普陀区"}, lambda line: line["district"] == "普陀区"),
        ({"role": "action_leader"}, lambda line: "action_leader" in (line["role"], line["told_to"])),
        ({"search": "红桥里"}, lambda line: line["project"] == "tianjin-001"),
        ({"search": "业主表决"}, lambda line: line["title"] == "Owners vote on the lift"),
        ({"overdue": "true"}, lambda line: line["due"]["mark"] == "late"),
    ],
)
def test_a_filter_leaves_only_what_it_asks_for(staff: Browser, asked: dict[str, str], right: object) -> None:
    found = lines(staff, stand="all", **asked)
    assert callable(right)
    assert found
    assert all(right(line) for line in found)
    assert len(found) < len(lines(staff, stand="all"))


def test_the_address_of_the_worklist_says_its_filters() -> None:
    asked = WorkAsked("harbin", search="七号楼", overdue=True, page=3, stand="mine")
    assert asked.query(page=1) == "city=harbin&search=%E4%B8%83%E5%8F%B7%E6%A5%BC&overdue=1&stand=mine"


def test_claimed_work_is_in_hand_and_nobody_elses(staff: Browser, other: Browser) -> None:
    item = "/todo/tianjin-001/study_regulations/1"
    status, there, _ = send(staff, f"{item}/claim", back="/todo?stand=mine")
    assert (status, there) == (303, "/todo?stand=mine")
    assert "is yours now" in staff.get("/todo?stand=mine")
    assert [line["address"] for line in lines(staff, stand="mine")] == [item]
    assert item not in [line["address"] for line in lines(other, stand="todo")]
    send(other, f"{item}/claim")
    assert f"is in the hands of {STAFF}" in other.get(item)
    assert send(staff, f"{item}/release")[0] == 303
    assert lines(staff, stand="mine") == []


def test_a_form_never_leads_to_another_site(staff: Browser) -> None:
    for back in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        _, there, _ = send(staff, "/todo/tianjin-001/study_regulations/1/comment", comment="x", back=back)
        assert there == "/todo/tianjin-001/study_regulations/1"


def test_many_work_items_are_assigned_at_once(staff: Browser, other: Browser) -> None:
    items = ["tianjin-001/visit_model_community/1", "tianjin-001/calculate_cost_shares/1", "no-such/thing/1"]
    status, _, _ = send(staff, "/todo/assign", item=items, to=OTHER)
    assert status == 303
    assert {line["work_item"] for line in lines(other, stand="mine")} == set(items[:2])
    assert "2 of 3 work items are assigned" in staff.get("/todo")


def test_filters_are_kept_under_a_name_for_their_owner_alone(staff: Browser, other: Browser) -> None:
    send(staff, "/views", page="/todo", query="city=harbin", name="哈尔滨")
    assert 'href="/todo?city=harbin"' in staff.get("/todo")
    assert 'href="/todo?city=harbin"' not in other.get("/todo")
    send(staff, "/views/forget", page="/todo", name="哈尔滨")
    assert 'href="/todo?city=harbin"' not in staff.get("/todo")


def test_a_wrong_entry_brings_the_same_form_back_with_all_that_was_typed(staff: Browser) -> None:
    status, _, page = send(
        staff,
        "/todo/tianjin-001/publicise_result/1",
        start="2026-05-06",
        end="２０２６-05-05",
        places="单元门口\n公告栏",
        note="贴在信报箱旁",
    )
    assert status == 422
    assert 'value="2026-05-06"' in page
    assert 'value="2026-05-05"' in page
    assert "单元门口\n公告栏" in page
    assert "贴在信报箱旁" in page
    assert "lies before 2026-05-06; enter a later day" in page
    assert 'id="f-end" name="end" type="date" value="2026-05-05" aria-invalid="true"' in page
    assert 'aria-describedby="e-f-end"' in page


def test_each_fault_of_a_vote_stands_in_its_row(staff: Browser) -> None:
    fields: dict[str, str | list[str]] = {}
    for n, row in enumerate(REGISTER):
        fields |= {f"ballots__{n}__{name}": str(value) for name, value in row.items()}
        fields[f"ballots__{n}__choice"] = "for"
    fields["ballots__3__area"] = "99"
    status, _, page = send(staff, "/todo/harbin-001/vote_on_installation/1", **fields)
    assert status == 422
    assert "99 is not what the register says of 2B: 60.5" in page
    assert page.count('value="for" checked') == len(REGISTER)


def test_the_vote_is_counted_while_it_is_filled_in_and_nothing_is_recorded(
    staff: Browser, town: Town
) -> None:
    before = town[1].head(LOG, "harbin-001")
    fields: dict[str, str | list[str]] = {}
    for n, row in enumerate(REGISTER):
        fields |= {f"ballots__{n}__{name}": str(value) for name, value in row.items()}
        fields[f"ballots__{n}__choice"] = "for" if n < 9 else "absent"
    status, _, part = send(staff, "/projects/harbin-001/so-far/vote_on_installation", **fields)
    assert status == 200
    assert "carried, if it stays like this" in part
    assert "<html" not in part
    assert town[1].head(LOG, "harbin-001") == before


def test_a_step_out_of_the_models_order_asks_for_a_reason_and_keeps_it(
    town: Town,
) -> None:
    data, ledger = town
    Play(ledger, "order-1").start()
    with browsing(data, ledger=ledger) as staff:
        address = "/projects/order-1/acts/hold_owners_assembly"
        assert "Out of the model&#39;s order" in staff.get(address)
        status, _, page = send(staff, address, attended="8", agreed="yes")
        assert status == 422
        assert "data-open" in page
        assert 'value="8"' in page
        status, _, _ = send(staff, address, attended="8", agreed="yes", reason="居民自发召集")
        assert status == 303
    done = next(
        one
        for one in read_case(ledger, LOG, "order-1").events
        if one.activity == "hold_owners_assembly" and one.lifecycle == "complete"
    )
    assert done.attributes["reason"] == "居民自发召集"
    assert done.actor == STAFF


def test_a_step_that_the_law_does_not_allow_yet_says_what_comes_first(staff: Browser) -> None:
    address = "/projects/harbin-001/acts/joint_review"
    assert "The law asks first for" in staff.get(address)
    status, _, page = send(staff, address, passed="yes", offices="住建局")
    assert status == 409
    assert "is not allowed yet" in page


def test_who_comes_second_to_the_same_work_is_told_who_was_first(town: Town) -> None:
    data, ledger = town
    Play(ledger, "second-1").start()
    with browsing(data, ledger=ledger) as first, browsing(data, OTHER, ledger=ledger) as second:
        address = "/todo/second-1/raise_lift_wish/1"
        n = second.told(address)["n_events"]
        assert send(first, address, raised_by="resident")[0] == 303
        assert STAFF in second.get(f"{address}/changed?seen={n}")
        status, _, page = send(second, address, raised_by="committee", note="迟到的备注")
        assert status == 422
        assert STAFF in page
        assert "was completed by" in page


def test_a_late_told_step_is_recorded_when_it_happened(town: Town) -> None:
    data, ledger = town
    Play(ledger, "late-1").start()
    with browsing(data, ledger=ledger) as staff:
        status, _, _ = send(
            staff, "/todo/late-1/raise_lift_wish/1", raised_by="resident", occurred="2024-03-05T09:30"
        )
        assert status == 303
    done = next(one for one in read_case(ledger, LOG, "late-1").events if one.lifecycle == "complete")
    assert f"{done.occurred_at:%Y-%m-%d %H:%M}" == "2024-03-05 01:30"


def test_staff_of_one_district_see_no_others_work(town: Town) -> None:
    data, ledger = town
    from dashboards.access.access import open_access

    open_access(data).users.add("区里人", ["staff"], Scope.of("harbin/南岗区"), with_password=False)
    with browsing(data, "区里人", ledger=ledger) as visitor:
        assert {line["project"] for line in lines(visitor, stand="all")} == {"harbin-001"}
        assert visitor.client.get("/todo/harbin-002/convene_joint_meeting/1").status_code == 404
        send(visitor, "/todo/assign", item=["tianjin-001/study_regulations/1"], to="区里人")
        assert "0 of 1" in visitor.get("/todo")


def test_the_worklist_leaves_as_a_table(staff: Browser) -> None:
    text = staff.client.get("/todo?stand=all&city=harbin&format=csv&table=worklist").content.decode(
        "utf-8-sig"
    )
    assert text.splitlines()[0].startswith("Work item,What,Project,City")
    assert all(",Harbin," in line for line in text.splitlines()[1:])


def test_a_document_is_kept_beside_its_step_and_one_that_could_run_is_not(staff: Browser) -> None:
    item = "/todo/tianjin-001/calculate_cost_shares/1"
    files = {"file": ("表决纪要.pdf", b"%PDF-1.7 minutes", "application/pdf")}
    answer = staff.client.post(
        f"{item}/attach", data={"csrf": staff.csrf, "about": "业主大会纪要"}, files=files
    )
    assert answer.status_code == 303
    page = staff.get(item)
    assert "业主大会纪要" in page
    link = re.search(r'href="(/projects/tianjin-001/documents/[0-9a-f]{64})"', page)
    assert link is not None
    taken = staff.client.get(link[1])
    assert taken.content == b"%PDF-1.7 minutes"
    assert taken.headers["content-disposition"].startswith("attachment")
    assert link[1] in staff.get("/projects/tianjin-001")
    harmful = {"file": ("page.pdf", b"<script>alert(1)</script>", "application/pdf")}
    staff.client.post(f"{item}/attach", data={"csrf": staff.csrf}, files=harmful)
    assert "is by its content of no kind that is taken" in staff.get(item)


def test_projects_at_risk_say_why_and_what_comes_next(staff: Browser) -> None:
    risks = staff.told("/risks")["risks"]
    assert isinstance(risks, list)
    told = {risk["project"]: risk for risk in risks}
    assert told["tianjin-001"]["idle_days"] >= told["shanghai-001"]["idle_days"] > 14
    assert "Publicise the result" in told["tianjin-001"]["sentence"]
    assert told["tianjin-001"]["next_steps"][0][1] == "/projects/tianjin-001/record?activity=publicise_result"
    assert "dalian-002" not in told


def test_projects_to_keep_an_eye_on_are_listed_by_their_names_in_the_readers_places(town: Town) -> None:
    data, ledger = town
    now = datetime.now(UTC)
    days = timedelta(days=40), timedelta(days=30)
    waiting = [Watched(case, case[:6], "draft_lift_rules", *days) for case in ("harbin-001", "dalian-001")]
    found = stalls(prepare(ledger, LOG), lift_model(), by="city", now=now)
    rule = IdleStep("publicise_policy", 5, 6)
    report = replace(found, watched=tuple(waiting), idle_steps=(rule,))
    visitor = Visitor("王敏", frozenset({"staff"}), Scope.of("harbin"))
    page = risk_page(Engine(ledger, data, LOG), visitor, report, now)
    assert [(one.project, one.name) for one in page.watched] == [("harbin-001", "和平小区7号楼2单元")]
    assert page.idle_steps == ()  # of projects elsewhere too
    assert risk_page(
        Engine(ledger, data, LOG), replace(visitor, scope=EVERYWHERE), report, now
    ).idle_steps == (rule,)
    (row,) = page.watched_table.rows
    assert row[-2:] == (40 * 86400, 30 * 86400)


def test_a_project_says_its_phases_and_never_none_of_four_done(staff: Browser) -> None:
    project = staff.told("/projects/harbin-001")
    phases = project["phases"]
    assert isinstance(phases, list)
    assert [phase["stand"] for phase in phases[:4]] == ["done", "done", "now", "ahead"]
    assert project["next_step"]["activity"] == "vote_on_installation"  # type: ignore[index]
    assert 'aria-current="step"' in staff.get("/projects/harbin-001")
    assert len(project["households"]) == 6  # type: ignore[arg-type]


def test_a_project_is_started_and_a_wrong_house_comes_back_marked(staff: Browser) -> None:
    house = {"name": "新村1号楼", "city": "harbin", "district": "南岗区", "floors": "６"}
    rows = {"households__0__household": "h1", "households__0__floor": "9", "households__0__area": "60"}
    status, _, page = send(staff, "/projects/new", **house, **rows)
    assert status == 422
    assert "The house has no floor 9; its floors are 1 to 6" in page
    status, there, _ = send(staff, "/projects/new", **house, **rows | {"households__0__floor": "3"})
    assert status == 303
    assert "新村1号楼" in staff.get(there.partition("?")[0])


def test_a_project_is_halted_with_a_cause_and_taken_up_again(town: Town) -> None:
    data, ledger = town
    Play(ledger, "halt-1").start()
    with browsing(data, ledger=ledger) as staff:
        send(staff, "/projects/halt-1/deeds/hold", cause="money", until="2099-01-05")
        assert staff.told("/projects/halt-1")["hold"] == "money"
        assert "→ 2099-01-05" in staff.get("/projects/halt-1")
        send(staff, "/projects/halt-1/deeds/resume")
        assert staff.told("/projects/halt-1")["hold"] is None
        send(staff, "/projects/halt-1/deeds/abandon", cause="no_such_cause", reason="x")
        assert staff.told("/projects/halt-1")["outcome"] is None
        send(staff, "/projects/halt-1/deeds/abandon", cause="abandoned", reason="居民不再要求")
        page = staff.get("/projects/halt-1")
        assert "ended on" in page
        assert ": 居民不再要求</p>" in page


def test_work_goes_to_the_deputy_while_somebody_is_away(staff: Browser) -> None:
    send(staff, "/leave", person="赵红", start="2020-01-01", end="2099-12-31", deputy=OTHER)
    assert "赵红" in staff.get("/leave")
    send(staff, "/todo/assign", item=["harbin-002/apply_pilot_listing/1"], to="赵红")
    (line,) = [
        one for one in lines(staff, stand="all") if one["work_item"] == "harbin-002/apply_pilot_listing/1"
    ]
    assert line["assignee"] == OTHER


def test_a_city_waives_a_rule_until_a_day(staff: Browser) -> None:
    rules = staff.told("/leave")["rules"]
    assert isinstance(rules, list)
    send(staff, "/leave/waivers", city="dalian", rule=rules[0]["value"], until="2099-01-01", reason="试点")
    assert "试点" in staff.get("/leave")


LISTS = ("/todo?stand=all", "/projects?outcome=all", "/risks", "/holds", "/leave", "/projects/shanghai-002")


@pytest.mark.parametrize("page", LISTS)
def test_every_table_of_staff_can_be_taken_away(staff: Browser, page: str) -> None:
    main: Any = html.fromstring(staff.get(page)).find(".//main")
    for ending in ("csv", "xlsx"):
        files = main.xpath(f".//a[@download][contains(@href, 'format={ending}')]/@href")
        assert len(files) >= max(1, len(main.xpath(".//table")))
        assert all(staff.client.get(one).status_code == 200 for one in files)


@pytest.mark.parametrize("page", ["/todo?stand=all&city=harbin", "/projects", "/holds", "/leave"])
def test_a_number_on_a_list_of_staff_says_how_many_stand_below_it(staff: Browser, page: str) -> None:
    main: Any = html.fromstring(staff.get(page)).find(".//main")
    for cell in main.xpath(".//td"):
        cell.text = ""
    assert bare_numbers(main) == []


def test_the_number_of_running_projects_leads_to_them(staff: Browser) -> None:
    page: Any = html.fromstring(staff.get("/risks"))
    (link,) = page.xpath("//p[@class='count']/a")
    assert staff.told(link.get("href"))["total"] == int(link.text)


FORMS = [
    f"/projects/shanghai-002/acts/{step}"
    for step in ("vote_on_installation", "set_cost_sharing", "install_lift")
]


@pytest.mark.parametrize("page", ["/projects/shanghai-002", "/projects/dalian-002", "/projects/new", *FORMS])
def test_a_number_on_a_project_or_a_form_leads_to_what_it_counts(staff: Browser, page: str) -> None:
    main: Any = html.fromstring(staff.get(page)).find(".//main")
    for told in main.xpath(".//*[@class='quote']|.//tbody//th"):
        told.text = ""
    assert bare_numbers(main) == []
    for address in main.xpath(".//a[contains(@href, '#')]/@href"):
        whole: Any = html.fromstring(staff.get(address.partition("#")[0] or page))
        assert whole.xpath(f"//*[@id='{address.partition('#')[2]}']"), address
