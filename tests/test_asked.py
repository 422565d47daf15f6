"""Lists narrowed by name, and faults told by their rows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lift_play import LOG, MONDAY, ballots, intake

from eventlogs.errors import UnknownLogError, UnknownTermError
from eventlogs.language import Language
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.errors import ProjectError, StepRefusedError
from flows.project import projects
from flows.project.acts import By
from flows.worklist import worklist
from flows.worklist.asked import (
    UnknownNameError,
    cities_asked,
    index_asked,
    nobody_of_that_name,
    outcome_asked,
    role_asked,
)
from flows.worklist.live_index import Narrowing

BY = By("wang", MONDAY)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    opened = DuckDBLedger(tmp_path / "events.duckdb")
    projects.start(opened, LOG, intake(), BY, case_id="p-1")
    projects.start(opened, LOG, intake(city="武汉"), BY, case_id="w-1")
    projects.start(opened, LOG, intake(floors=6), BY, case_id="g-1", retrofit="pipe_renewal")
    yield opened
    opened.close()


def test_a_city_is_one_of_a_policy_or_of_a_project(ledger: DuckDBLedger) -> None:
    index = index_asked(ledger, LOG)
    assert cities_asked(ledger, index, None) is None
    assert cities_asked(ledger, index, "哈尔滨市") == ("harbin",)
    assert cities_asked(ledger, index, "Shanghai") == ("shanghai",)
    assert cities_asked(ledger, index, "武汉") == ("武汉",)
    with pytest.raises(UnknownNameError, match=r"of a city 哈尔; there are: harbin \(Harbin\), dalian"):
        cities_asked(ledger, index, "哈尔")


def test_a_role_and_an_ending_are_named_by_key_or_by_label() -> None:
    assert role_asked("住户") == "household"
    assert outcome_asked("open") == "open"
    assert outcome_asked("建成投用") == outcome_asked("completed") == "completed"
    with pytest.raises(UnknownTermError, match="vote_lost"):
        outcome_asked("lost")
    with pytest.raises(UnknownTermError):
        role_asked("nobody")


def test_a_log_and_a_project_that_are_not_there_are_refused(tmp_path: Path, ledger: DuckDBLedger) -> None:
    with pytest.raises(UnknownLogError, match="projects"):
        index_asked(ledger, "project")
    with pytest.raises(ProjectError, match="no project p-2"):
        index_asked(ledger, LOG, "p-2")
    empty = DuckDBLedger(tmp_path / "empty.duckdb")
    assert index_asked(empty, projects.LOG).cities(empty) == []
    empty.close()


def test_who_holds_no_work_is_told_apart_from_who_does(ledger: DuckDBLedger) -> None:
    index = index_asked(ledger, LOG)
    assert nobody_of_that_name(ledger, index, "wan") is None
    worklist.assign(ledger, LOG, "p-1/assess_feasibility/1", "wangli", BY)
    assert nobody_of_that_name(ledger, index, "wangli") is None
    assert "wangli" in str(nobody_of_that_name(ledger, index, "wang"))


def test_the_steps_of_every_type_of_retrofit_are_found_by_their_words(ledger: DuckDBLedger) -> None:
    found = index_asked(ledger, LOG).work(ledger, MONDAY, Narrowing(search="管线"))
    assert {row.activity for row in found.work_items} == {"publicise_pipe_renewal", "inspect_pipes"}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            ["ballots, row 12 (household 6B), choice: ", "ballots, row 2 (household 1B), floor: is required"],
        ),
        ("zh", ["ballots 第 12 行（住户 6B），choice：", "ballots 第 2 行（住户 1B），floor：必填"]),
    ],
)
def test_a_fault_in_a_list_is_told_by_its_row_as_people_count(
    ledger: DuckDBLedger, language: Language, told: list[str]
) -> None:
    rows = [dict(row) for row in ballots()]
    rows[11]["choice"] = "maybe"
    del rows[1]["floor"]
    later = By("wang", MONDAY + timedelta(days=1))
    with pytest.raises(StepRefusedError) as refused:
        projects.act(ledger, LOG, "p-1", "vote_on_installation", {"ballots": rows}, later)
    said = refused.value.in_language(language)
    for sentence in told:
        assert sentence in said
    assert [fault.place for fault in refused.value.faults] == ["ballots.1.floor", "ballots.11.choice"]
