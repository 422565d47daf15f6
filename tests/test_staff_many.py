"""Much at once: several work items, all that is on hold, a whole project and its long history."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from lift_play import LOG, Play
from page_stage import OTHER, STAFF, Browser
from town_stage import Town

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.process.history import day_of
from flows.project import project_remarks, projects
from flows.project.acts import By
from flows.project.advance import read_case
from flows.worklist.listing import utc_now

pytestmark = pytest.mark.xdist_group("neighbourhood")
pytest_plugins = ("town_stage",)


def begun(ledger: DuckDBLedger, *names: str) -> list[str]:
    """Start projects and return their work items of telling everybody the policy."""
    for name in names:
        Play(ledger, name).start(name=f"{name}号楼")
    return [f"{name}/publicise_policy/1" for name in names]


def test_ticked_work_items_are_completed_with_the_same_entries(town: Town, staff: Browser) -> None:
    items = begun(town[1], "many-1", "many-2")
    ticked = staff.client.post("/todo/bulk/ticked", data={"csrf": staff.csrf, "back": "/todo", "item": items})
    assert ticked.headers["location"] == f"/todo/bulk?{urlencode([('item', one) for one in items])}"
    page = staff.get(f"/todo/bulk?{urlencode([('item', one) for one in items])}")
    assert "many-1号楼" in page
    sent = {"csrf": staff.csrf, "activity": "publicise_policy", "item": items}
    answer = staff.client.post("/todo/bulk", data={**sent, "means": "poster", "households_reached": "１１"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/todo")
    for name in ("many-1", "many-2"):
        done = read_case(town[1], LOG, name).latest("publicise_policy")
        assert done is not None
        assert done.entered["households_reached"] == 11
    assert "2 of 2 work items are recorded as done." in staff.get("/todo")


def test_what_cannot_be_completed_keeps_its_entries_and_holds_nothing_up(town: Town, staff: Browser) -> None:
    items = begun(town[1], "many-3", "many-4")
    projects.abandon(town[1], LOG, "many-3", "vote_lost", By("x", utc_now(), reason="simulated"))
    sent = {"csrf": staff.csrf, "activity": "publicise_policy", "item": items}
    answer = staff.client.post("/todo/bulk", data={**sent, "means": "poster", "households_reached": "3"})
    assert answer.status_code == 422
    assert "1 of 2 work items are recorded as done." in answer.text
    assert read_case(town[1], LOG, "many-4").latest("publicise_policy") is not None


def test_a_step_that_asks_for_households_is_filled_in_one_by_one(staff: Browser) -> None:
    page = staff.get("/todo/bulk?item=harbin-001/vote_on_installation/1")
    assert "own households" in page
    assert "Record all of these" not in page


def test_a_file_assigns_and_completes_row_by_row(town: Town, staff: Browser) -> None:
    items = begun(town[1], "many-5", "many-6")
    asked = urlencode([("item", one) for one in items])
    given = staff.client.get(f"/todo/bulk?{asked}&format=csv&table=work_items").content.decode("utf-8-sig")
    heads = given.splitlines()[0].split(",")
    assert {"work_item", "assign_to", "means", "households_reached"} <= set(heads)
    filled = [
        "work_item,assign_to,means,households_reached",
        f"{items[0]},{OTHER},,",
        f"{items[1]},,poster,7",
        "many-6/nothing/9,,poster,7",
    ]
    answer = staff.client.post(
        "/todo/bulk/file",
        data={"csrf": staff.csrf},
        files={"file": ("filled.csv", "\ufeff".encode() + "\n".join(filled).encode(), "text/csv")},
    )
    assert answer.status_code == 303
    assert "2 of 3 rows are recorded." in (told := staff.get("/todo"))
    assert "Row 4: there is no work item many-6/nothing/9" in told
    assert read_case(town[1], LOG, "many-5").items["publicise_policy", 1].assignee == OTHER
    assert read_case(town[1], LOG, "many-6").latest("publicise_policy") is not None


def test_a_file_without_its_column_is_refused_in_a_sentence(staff: Browser) -> None:
    file = {"file": ("wrong.csv", b"a,b\n1,2\n", "text/csv")}
    assert staff.client.post("/todo/bulk/file", data={"csrf": staff.csrf}, files=file).status_code == 303
    assert "no column work_item" in staff.get("/todo")


def test_holds_and_waivers_of_all_projects_stand_on_one_page(town: Town, staff: Browser) -> None:
    until = day_of(utc_now()) + timedelta(days=30)
    by = By(STAFF, utc_now(), reason="试点")
    projects.waive(town[1], LOG, "tianjin-001", "S4", until, by)
    found = staff.told("/holds")
    holds, waivers = found["holds"], found["waivers"]
    assert isinstance(holds, list)
    assert isinstance(waivers, list)
    assert {one["project"] for one in holds} == {"海滨路9号楼2单元", "道外街3号楼1单元"}
    whole = next(one for one in holds if one["project"] == "海滨路9号楼2单元")
    single = next(one for one in holds if one is not whole)
    assert (single["what"], single["cause"]) == (
        "Ask the wishes of every household",
        "Waiting for a household",
    )
    assert single["until"] == (utc_now() + timedelta(days=9)).date().isoformat()
    assert (whole["what"], whole["cause"]) == ("the whole project", "Waiting for a utility")
    (waiver,) = waivers
    assert (waiver["whose"], waiver["reason"], waiver["counts"]) == ("红桥里5号楼1单元", "试点", True)
    assert "海滨路9号楼2单元" in staff.get("/holds", "zh")


@pytest.mark.parametrize("address", ["/todo?stand=all", "/leave", "/todo/harbin-001/vote_on_installation/1"])
def test_a_person_is_picked_from_a_list(staff: Browser, address: str) -> None:
    page = staff.get(address)
    assert 'list="people"' in page
    assert f'<option value="{OTHER}">' in page


def test_a_remark_and_a_document_may_stand_beside_the_whole_project(town: Town, staff: Browser) -> None:
    begun(town[1], "many-7")
    sent = {"csrf": staff.csrf, "comment": "居委会周三来访"}
    assert staff.client.post("/projects/many-7/remark", data=sent).status_code == 303
    file = {"file": ("纪要.pdf", b"%PDF-1.7 minutes", "application/pdf")}
    about = {"csrf": staff.csrf, "about": "会议纪要"}
    assert staff.client.post("/projects/many-7/attach", data=about, files=file).status_code == 303
    page = staff.get("/projects/many-7")
    assert "居委会周三来访" in page
    assert "纪要.pdf" in page
    told = staff.told("/projects/many-7")
    assert [one["step"] for one in told["documents"]] == ["the whole project"]  # type: ignore[attr-defined]
    address = told["documents"][0]["digest"]  # type: ignore[index]
    assert staff.client.get(f"/projects/many-7/documents/{address}").content == b"%PDF-1.7 minutes"


def test_a_long_history_is_shown_from_its_end(town: Town, staff: Browser) -> None:
    begun(town[1], "many-8")
    for number in range(110):
        project_remarks.comment(town[1], LOG, "many-8", f"remark {number}", By(STAFF, utc_now()))
    page = staff.get("/projects/many-8")
    assert "The latest 100 are shown" in page
    assert page.count('class="timeline-day"') == 100
    whole = staff.get("/projects/many-8?entries=all")
    assert whole.count('class="timeline-day"') > 110
