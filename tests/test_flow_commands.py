"""`retrofit project` and `retrofit work` as staff type them."""

import json
from pathlib import Path
from typing import Any

import pytest
from lift_play import REGISTER, intake
from running import ran


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "intake.json"
    file.write_text(json.dumps(intake(), ensure_ascii=False), "utf-8")
    status, out, err = ran(f"project start --data-file {file} --actor wang --at 2024-03-04", tmp_path)
    assert status == 0, err
    assert "harbin-001/assess_feasibility/1" in out
    return tmp_path


def asked(line: str, data: Path) -> Any:
    status, out, err = ran(f"{line} --json", data)
    assert status == 0, err
    return json.loads(out)


def test_a_project_is_started_numbered_listed_and_shown(data: Path) -> None:
    status, out, _ = ran("project start --city 上海 --name 1号 --floors 6 --actor li --lang zh", data)
    assert status == 0
    assert "新增待办：shanghai-001/raise_lift_wish/1 提出加梯意愿" in out
    listed = asked("project list", data)["projects"]
    assert [row["project"] for row in listed] == ["harbin-001", "shanghai-001"]
    assert [row["project"] for row in asked("project list --city 上海", data)["projects"]] == ["shanghai-001"]
    card = asked("project show harbin-001", data)
    assert card["facts"]["policy"] == "harbin/2021-05-11"
    assert {one["chain"] for one in card["expected"]} == {"party", "formal", "informal", "statutory"}
    assert "下一步应办" in ran("project show harbin-001 --lang zh", data)[1]


def test_a_work_item_is_listed_shown_claimed_completed_and_told_to_the_second(data: Path) -> None:
    rows = asked("work list --project harbin-001 --role coordinator", data)["work_items"]
    assert [row["activity"] for row in rows] == ["create_owner_chat_group", "publicise_policy"]
    item = "harbin-001/publicise_policy/1"
    shown = ran(f"work show {item} --lang zh", data)[1]
    assert "means*: 方式（poster 张贴" in shown
    assert ran(f"work claim {item} --actor li", data)[0] == 0
    assert asked("work list --whose li", data)["work_items"][0]["work_item"] == item
    done = f"work complete {item} --actor li --set means=poster --set households_reached=12"
    assert "harbin-001/convene_joint_meeting/1" in ran(done, data)[1]
    status, _, err = ran(done + " --lang zh", data)
    assert status == 1
    assert "已由 li 于" in err


def test_forms_are_shown_before_they_are_asked_for(data: Path) -> None:
    begun = ran("project form --lang zh", data)[1]
    assert "floors*: 楼层数（整数）" in begun
    assert "\n      area*: 专有面积（数字）；平方米。" in begun
    assert "power_balance: 权力均衡（weak 弱 | middling 中" in begun
    recruited = ran("project form recruit_group_members --lang zh", data)[1].splitlines()
    assert recruited[0] == "recruit_group_members  吸纳楼组长、业主代表和党员入组"
    assert recruited[3] == "  members*: 成员（列表，每行包括）"
    assert recruited[5].startswith("      kind*: 身份（block_leader 楼组长 |")
    assert asked("project form vote_on_installation", data)["form"]["required"] == ["ballots"]
    status, _, err = ran("project form vote --lang zh", data)
    assert status == 1
    assert "vote_on_installation（业主表决）" in err


def test_a_wrong_field_is_told_and_nothing_is_recorded(data: Path) -> None:
    before = len(asked("project history harbin-001", data)["events"])
    line = (
        "work complete harbin-001/publicise_policy/1 --actor li --set means=drum --set households_reached=x"
    )
    status, _, err = ran(line + " --lang zh", data)
    assert status == 1
    assert "means：'drum' 不在可选范围内" in err
    assert "households_reached：'x' 不是整数" in err
    assert len(asked("project history harbin-001", data)["events"]) == before


def test_an_act_out_of_order_warns_with_rule_and_source_and_goes_on_with_a_reason(data: Path) -> None:
    line = "project act harbin-001 convene_joint_meeting --actor li --set attended=9"
    status, _, err = ran(line + " --lang zh", data)
    assert status == 1
    assert "S1：多方关系协调者在先" in err
    assert "正式领导者率先担任多方关系协调者" in err
    status, out, _ = ran(line + " --reason urgent", data)
    assert status == 0
    assert "S1" in out


def test_the_law_s_order_is_refused_with_what_comes_first(data: Path) -> None:
    line = "project act harbin-001 joint_review --actor li --set passed=true --set offices=[]"
    status, _, err = ran(line, data)
    assert status == 1
    assert "vote_on_installation (Owners vote" in err
    assert "design_drawings" in err


def test_hold_resume_shelve_reopen_abandon_and_waive_are_commands(data: Path) -> None:
    for line, told in (
        ("project hold harbin-001 --cause season --until 2099-03-01 --actor li", "recorded"),
        ("project resume harbin-001 --actor li", "recorded"),
        ("project hold harbin-001 --item harbin-001/raise_lift_wish/1 --cause money --actor li", "recorded"),
        ("project resume harbin-001 --item harbin-001/raise_lift_wish/1 --actor li", "recorded"),
        ("project shelve harbin-001 --reason waits --actor li", "Shelved"),
        ("project reopen harbin-001 --reason again --actor li", "now open"),
        ("project waive S1 --project harbin-001 --until 2099-01-01 --reason pilot --actor li", "recorded"),
        ("project waive S1 --city harbin --until 2099-01-01 --reason pilot --actor li", "waived until 2099"),
        ("project abandon harbin-001 --cause policy_gap --reason none --actor li", "Policy gap"),
    ):
        status, out, err = ran(line, data)
        assert status == 0, err
        assert told in out, line
    assert asked("project list --outcome policy_gap", data)["projects"][0]["open_items"] == 0


def test_what_is_on_hold_is_not_begun_and_a_hold_ends_after_it_begins(data: Path) -> None:
    item = "harbin-001/publicise_policy/1"
    hold = "project hold harbin-001 --cause season --actor li --lang zh"
    assert "2024-03-01 不晚于 2024-03-04" in ran(f"{hold} --until 2024-03-01 --at 2024-03-04", data)[2]
    assert "raise_lift_wish（提出加梯意愿）" in ran(f"{hold} --when 提出", data)[2]
    assert ran(f"{hold} --when raise_lift_wish --until 2099-01-01", data)[0] == 0
    assert "现状：等待季节 → 2099-01-01、提出加梯意愿" in ran("project show harbin-001 --lang zh", data)[1]
    assert "已暂停（等待季节）" in ran(f"work claim {item} --actor li --lang zh", data)[2]
    assert ran("project resume harbin-001 --actor li", data)[0] == 0
    assert ran(f"work claim {item} --actor li", data)[0] == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("work list --limit 0", "0 is not in the range"),
        ("project list --limit -1", "-1 is not in the range"),
        ("project migrate --log nope", "no log named nope"),
        ("project hold harbin-001 --cause season --when xyz --actor li", "or a step such as"),
    ],
)
def test_wrong_input_is_refused_shortly(data: Path, line: str, said: str) -> None:
    status, _, err = ran(f"{line} --lang en", data)
    assert (status != 0, said in err, len(err) < 600) == (True, True, True), err


def test_work_given_to_somebody_away_is_told_to_be_the_deputy_s(data: Path) -> None:
    away = "work away zhao --from 2024-01-01 --until 2099-01-01 --deputy sun --actor boss --lang zh"
    assert "zhao 2024-01-01 至 2099-01-01 请假，期间由 sun 代办" in ran(away, data)[1]
    item = "harbin-001/publicise_policy/1"
    assert "zhao is away; sun has it" in ran(f"work assign {item} --to zhao --actor boss", data)[1]
    assert ran(f"work release {item} --actor sun", data)[0] == 0
    assert "已交回" in ran("project history harbin-001 --lang zh", data)[1]
    assert ran("work list --role nobody", data)[0] == 1


def test_a_step_taken_back_is_asked_for_again(data: Path) -> None:
    item = "harbin-001/assess_feasibility/1"
    assert ran(f"work complete {item} --actor li --set feasible=true --set assessor=x", data)[0] == 0
    taken = "project withdraw harbin-001 assess_feasibility --actor li --reason wrong-house"
    assert "harbin-001/assess_feasibility/2" in ran(taken, data)[1]


def test_remarks_documents_handover_release_and_skip_are_kept_beside_the_item(data: Path) -> None:
    item = "harbin-001/publicise_policy/1"
    document = data / "notice.txt"
    document.write_text("notice", "utf-8")
    for line in (
        f"work comment {item} --text 周五张贴 --actor li",
        f"work attach {item} --file {document} --actor li",
        f"work assign {item} --to wang --actor li",
        f"work handover {item} --to zhao --actor wang",
        f"work release {item} --actor zhao",
        f"work skip {item} --reason known --actor li",
    ):
        status, _, err = ran(line, data)
        assert status == 0, f"{line}: {err}"
    card = asked(f"work show {item}", data)
    assert card["comments"] == ["周五张贴", "notice.txt"]
    assert [kept.read_text("utf-8") for kept in data.glob("documents/*/*")] == ["notice"]
    assert card["item"]["state"] == "skipped"


@pytest.mark.parametrize(("content", "said"), [(b"<html>", "是可接收的类型"), (b"", "是空文件")])
def test_a_command_attaches_no_file_that_a_page_would_refuse(data: Path, content: bytes, said: str) -> None:
    document = data / "notice.pdf"
    document.write_bytes(content)
    attach = f"work attach harbin-001/publicise_policy/1 --file {document} --actor li --lang zh"
    status, _, err = ran(attach, data)
    assert (status, said in err) == (1, True)
    assert not (data / "documents").exists()


@pytest.mark.parametrize("entered", [[1], "x", 5, [["means", "poster"]]])
def test_an_entry_whose_data_is_no_object_is_refused_by_its_line(data: Path, entered: object) -> None:
    file = data / "complete.json"
    file.write_text(json.dumps([{"work_item": "harbin-001/publicise_policy/1", "data": entered}]), "utf-8")
    status, out, _ = ran(f"work complete --from {file} --actor boss --lang en", data)
    assert (status, "line 1, harbin-001/publicise_policy/1: data must be one object" in out) == (1, True)


def test_a_row_that_names_nobody_assigns_nothing(data: Path) -> None:
    assigned = data / "assign.csv"
    rows = "to,work_item\nli,harbin-001/publicise_policy/1\n,harbin-001/raise_lift_wish/1\n\nli\n"
    assigned.write_text(rows, "gb18030")
    status, out, _ = ran(f"work assign --from {assigned} --actor boss --lang en", data)
    assert status == 1
    assert out.splitlines() == [
        "recorded 1 of 3",
        "line 3, harbin-001/raise_lift_wish/1: the row does not say into whose hands (to)",
        "line 5, : the row names no work item (work_item)",
    ]
    assigned.write_text("[]")
    status, _, err = ran(f"work assign --from {assigned} --actor boss --lang en", data)
    assert (status, "needs the columns work_item and to" in err) == (1, True)


def test_many_items_are_assigned_and_completed_from_files(data: Path) -> None:
    assigned = data / "assign.csv"
    assigned.write_text(
        "work_item,to\nharbin-001/publicise_policy/1,li\nharbin-001/nothing/1,li\n", "utf-8-sig"
    )
    status, out, _ = ran(f"work assign --from {assigned} --actor boss --lang zh", data)
    assert status == 1
    assert "共 2 条，已记录 1 条" in out
    assert "第 3 行" in out
    completed = data / "complete.json"
    rows = [
        {
            "work_item": "harbin-001/publicise_policy/1",
            "data": {"means": "poster", "households_reached": len(REGISTER)},
        },
        {"work_item": "harbin-001/raise_lift_wish/1", "data": {"raised_by": "resident"}},
    ]
    completed.write_text(json.dumps(rows), "utf-8")
    assert asked(f"work complete --from {completed} --actor li", data)["refused"] == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("project show nobody", "没有项目 nobody"),
        ("work show harbin-001", "应写作 项目/活动/序号"),
        ("work claim harbin-001/raise_lift_wish/9 --actor li", "harbin-001 现有待办"),
        ("project act harbin-001 dance --actor li", "不是 lift 的步骤"),
        ("project hold harbin-001 --cause rain --actor li", "hold-causes"),
        ("project start --city 上海 --actor li", "floors：必填"),
        ("project act harbin-001 raise_lift_wish --actor li --set raised_by", "应写作 FIELD=VALUE"),
        ("project act harbin-001 raise_lift_wish --actor li --data-file none.json", "不能按 JSON 读取"),
        ("project waive A1 --city harbin --until 2099-01-01 --actor li --reason x", "可豁免的有：S1"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(data: Path, line: str, told: str) -> None:
    status, out, err = ran(f"{line} --lang zh", data)
    assert (status, out) == (1, "")
    assert told in err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("project hold harbin-001 --cause season --until soon --actor li", "soon 不是日期"),
        ("project act harbin-001 raise_lift_wish --actor li --at yesterday", "yesterday 不是日期或时间"),
    ],
)
def test_a_day_that_is_none_is_wrong_usage(data: Path, line: str, told: str) -> None:
    status, out, err = ran(f"{line} --lang zh", data)
    assert (status, out) == (2, "")
    assert told in err


def test_what_is_proposed_may_be_taken_over(data: Path) -> None:
    agreed = "project act harbin-001 submit_intention_form --actor li --set households_for=12 --reason tried"
    for line in (
        "project act harbin-001 assess_feasibility --actor li --set feasible=true --set assessor=x",
        "work skip harbin-001/raise_lift_wish/1 --actor li --reason known",
        "work skip harbin-001/contact_core_residents/1 --actor li --reason known",
        "work skip harbin-001/call_residents_together/1 --actor li --reason known",
        "work skip harbin-001/persuade_hesitant_households/1 --actor li --reason known",
        "work skip harbin-001/survey_household_wishes/1 --actor li --reason known",
        "work skip harbin-001/reconcile_household_wishes/1 --actor li --reason known",
        agreed,
        "work skip harbin-001/hold_owners_assembly/1 --actor li --reason known",
        "work complete harbin-001/set_cost_sharing/1 --actor li --reason tried --proposed",
    ):
        status, _, err = ran(line, data)
        assert status == 0, f"{line}: {err}"
    item = "harbin-001/calculate_cost_shares/1"
    assert asked(f"work show {item}", data)["form"]["proposed"] == {}
    status, _, err = ran(f"work complete {item} --actor li --set cost=500000 --proposed", data)
    assert status == 0, err
    events = asked("project history harbin-001", data)["events"]
    amounts = next(one for one in events if one["key"] == f"{item}/complete")["attributes"]["entered"]
    assert amounts["subsidy"] == "150000"
    assert {one["household"]: one["yuan"] for one in amounts["amounts"]}["6A"] == "58327.50"
    assert "proposed" in ran("work show harbin-001/vote_on_installation/1", data)[1]
