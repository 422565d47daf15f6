"""`retrofit project correct` as staff type it, and what becomes of it in the log."""

import json
from pathlib import Path
from typing import Any

import pytest
from lift_play import intake
from running import ran

CORRECT = "project correct harbin-001 publicise_policy/1 --actor chen"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the data directory of an office whose one project was told of the policy before the meeting."""
    file = tmp_path / "intake.json"
    file.write_text(json.dumps(intake(), ensure_ascii=False), "utf-8")
    act = "project act harbin-001 {} --actor wang --at {}"
    for line in (
        f"project start --data-file {file} --actor wang --at 2024-03-04",
        act.format("publicise_policy", "2024-03-05") + " --set means=poster --set households_reached=12",
        act.format("convene_joint_meeting", "2024-03-08") + " --set attended=9 --set agreed=true",
    ):
        status, _, err = ran(line, tmp_path)
        assert status == 0, err
    return tmp_path


def done(line: str, office: Path) -> str:
    status, out, err = ran(line, office)
    assert status == 0, err
    return out


def events(office: Path) -> list[dict[str, Any]]:
    answer = json.loads(done("project history harbin-001 --json", office))
    return [one for one in answer["events"] if one["activity"] == "publicise_policy" and one["actor"]]


def rule_s1(office: Path) -> str:
    answer = json.loads(done("mine conformance projects --case harbin-001 --json", office))
    return next(str(rule["status"]) for rule in answer["rules"] if rule["rule"] == "S1")


def test_a_corrected_day_changes_the_verdict_and_the_log_verifies_and_leaves_with_it(office: Path) -> None:
    assert rule_s1(office) == "kept"
    done(f"{CORRECT} --at 2024-03-20 --reason 'the poster hung later'", office)
    assert rule_s1(office) == "out_of_order"
    done("log verify projects", office)
    done(f"log export projects {office / 'out.csv'}", office)
    rows = (office / "out.csv").read_text("utf-8").splitlines()
    told = [row for row in rows if ",publicise_policy," in row and ",complete," in row]
    assert [row.split(",")[2][:10] for row in told] == ["2024-03-20"]


def test_answer_person_and_role_are_put_right_and_both_records_are_shown(office: Path) -> None:
    line = f"{CORRECT} --set households_reached=10 --done-by zhao --role party_branch --reason counted"
    recorded = json.loads(done(f"{line} --json", office))["recorded"]
    assert recorded[0] == "harbin-001/publicise_policy/1/correct"
    wrong, right = events(office)
    assert (wrong["actor"], wrong["corrected"], right["actor"], right["role"], right["corrected"]) == (
        "wang", True, "zhao", "party_branch", False,
    )  # fmt: skip
    assert right["attributes"]["entered"] == {"means": "poster", "households_reached": 10}
    shown = done("project history harbin-001 --lang zh", office)
    assert "chen" in shown
    assert "counted" in shown


def test_what_is_taken_out_is_to_be_done_again(office: Path) -> None:
    done(f"{CORRECT} --void --reason 'it was another house'", office)
    assert "publicise_policy" in done("work list --project harbin-001", office)
    wrong, correction = events(office)
    assert (wrong["corrected"], correction["correction"]) == (True, "void")


def test_a_refused_correction_says_why_in_either_language_and_records_nothing(office: Path) -> None:
    for more, language, says in (
        ("--void", "zh", "须说明原因"),
        ("--reason x", "en", "say what is to be right"),
        ("--reason x --set means=drum", "zh", "不在可选范围内"),
        ("--reason x --role nobody --at 2024-03-06", "en", "nobody"),
    ):
        status, _, err = ran(f"{CORRECT} {more} --lang {language}", office)
        assert (status, says in err) == (1, True), err
    assert len(events(office)) == 1
