"""An office's own policies, kept in its data directory: of a new city, or of a later day."""

import re
from datetime import date
from pathlib import Path

import pytest
from page_stage import browsing
from running import ran

from eventlogs.cities import city_label, known_city, use_policies_of
from flows.errors import NoPolicyError, PolicyFaultError
from flows.policies.policies import office_faults, policy_in_force, policy_named

START = "project start --city 沈阳 --name 示例村3号楼 --id demo-1 --floors 6 --actor 居委会甲 --at 2024-05-01"


@pytest.fixture
def shenyang(tmp_path: Path) -> Path:
    """The file of a policy of Shenyang in a data directory."""
    folder = tmp_path / "policies"
    folder.mkdir()
    draft = tmp_path / "harbin.toml"
    assert ran(f"policy show 哈尔滨 -o {draft}", tmp_path)[0] == 0
    text = draft.read_text("utf-8")
    text = text.replace('city = "harbin"', 'city = "shenyang"').replace("2021-05-11", "2024-01-01")
    text = text.replace('name = { en = "Harbin", zh = "哈尔滨" }', 'name = { en = "Shenyang", zh = "沈阳" }')
    file = folder / "shenyang-2024-01-01.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_city_with_a_policy_of_the_office_is_a_city_as_any_other(shenyang: Path, tmp_path: Path) -> None:
    assert ran(f"policy check {shenyang}", tmp_path)[0] == 0
    assert ran(START, tmp_path)[0] == 0
    assert "policy: Harbin plan of May 2021 (shenyang/2024-01-01)" in ran("project show demo-1", tmp_path)[1]
    assert "Shenyang" in ran("project list --city 沈阳市", tmp_path)[1]
    assert "沈阳" in ran("--lang zh work list --city shenyang", tmp_path)[1]


def test_its_city_can_be_chosen_where_a_project_begins_and_a_fault_is_told_there(
    shenyang: Path, tmp_path: Path
) -> None:
    house = {"name": "新村1号楼", "city": "shenyang", "floors": "6"}
    with browsing(tmp_path) as staff:
        assert re.search('value="shenyang"[^>]*> *沈阳', staff.get("/projects/new", "zh"))
        begun = staff.client.post("/projects/new", data={"csrf": staff.csrf, **house})
        assert begun.status_code == 303, begun.text
        for page in ("/projects", begun.headers["location"].partition("?")[0], "/todo"):
            assert "沈阳" in staff.get(page, "zh")
        shenyang.write_text(shenyang.read_text("utf-8").replace("working_days", "days", 1), "utf-8")
        refused = staff.client.post("/projects/new", data={"csrf": staff.csrf, **house})
        assert refused.status_code == 422
        assert "shenyang-2024-01-01.toml is not a policy" in refused.text


def test_a_project_before_the_first_policy_of_its_city_keeps_the_national_one(
    shenyang: Path, tmp_path: Path
) -> None:
    use_policies_of(tmp_path)
    assert policy_in_force("沈阳", date(2023, 12, 31)).key == "national/2021-01-01"
    assert policy_in_force("沈阳", date(2024, 1, 1)).key == "shenyang/2024-01-01"


def test_what_is_wrong_with_one_policy_is_told_and_stops_its_city_alone(
    shenyang: Path, tmp_path: Path
) -> None:
    shenyang.write_text(shenyang.read_text("utf-8").replace("working_days", "days", 1), "utf-8")
    status, _, told = ran(START, tmp_path)
    assert status == 1
    assert "shenyang-2024-01-01.toml is not a policy" in told
    assert "publicity.working_days: is missing" in told
    assert len(office_faults()) == 1
    assert ran(START.replace("沈阳", "哈尔滨"), tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("shenyang.toml", "name it shenyang-2024-01-01.toml"),
        ("shenyang-2024-01-02.toml", "name it shenyang-2024-01-01.toml"),
    ],
)
def test_a_policy_is_named_after_its_city_and_day(
    shenyang: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    shenyang.rename(shenyang.with_name(name))
    use_policies_of(tmp_path)
    with pytest.raises(PolicyFaultError, match=sentence):
        policy_in_force("shenyang", date(2024, 5, 1))


def test_a_policy_of_the_engine_is_not_replaced_but_followed_by_a_later_one(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    same, later = (tmp_path / f"policies/harbin-{day}.toml" for day in ("2021-05-11", "2026-09-01"))
    ran(f"policy show 哈尔滨 -o {same}", tmp_path)
    use_policies_of(tmp_path)
    with pytest.raises(PolicyFaultError, match="put the day from which yours holds"):
        policy_in_force("harbin", date(2026, 10, 1))
    assert policy_named("harbin/2021-05-11").city == "harbin"  # what projects keep is not touched by it
    same.rename(later)
    later.write_text(later.read_text("utf-8").replace("2021-05-11", "2026-09-01"), "utf-8")
    use_policies_of(tmp_path)
    assert policy_in_force("harbin", date(2026, 10, 1)).key == "harbin/2026-09-01"
    assert policy_in_force("harbin", date(2026, 8, 31)).key == "harbin/2021-05-11"


def test_a_policy_that_went_missing_is_asked_for(shenyang: Path, tmp_path: Path) -> None:
    ran(START, tmp_path)
    shenyang.unlink()
    status, _, told = ran("project show demo-1", tmp_path)
    assert status == 1
    assert "stays in policies/ of the data directory" in told
    assert ran("project list", tmp_path)[0] == 0
    with pytest.raises(NoPolicyError):
        policy_named("shenyang/2024-01-01")


def test_the_policies_of_one_data_directory_are_not_those_of_another(shenyang: Path, tmp_path: Path) -> None:
    use_policies_of(tmp_path)
    assert (known_city("沈阳"), city_label("shenyang", "zh")) == ("shenyang", "沈阳")
    use_policies_of(tmp_path / "another")
    assert (known_city("沈阳"), city_label("shenyang", "zh")) == (None, "shenyang")


def test_writing_a_policy_leaves_a_file_alone_that_is_there(tmp_path: Path) -> None:
    there = tmp_path / "there.toml"
    there.write_text("mine", "utf-8")
    status, _, told = ran(f"policy show harbin -o {there}", tmp_path)
    assert (status, there.read_text("utf-8")) == (1, "mine")
    assert "is there already" in told
