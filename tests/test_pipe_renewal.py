"""A second type of retrofit beside lifts, made by one module and its words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lift_play import LOG, MONDAY, ballots, good_data, intake, wishes

from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.quality.findings import quality
from eventlogs.vocabulary import terms
from eventlogs.words import activity_label, known_activities
from flows import projects
from flows.acts import By
from flows.advance import read_project
from flows.errors import GateClosedError, ProjectError
from flows.form_text import form_shown
from flows.history import day_of
from flows.migration import migrate, moves
from flows.processes import process_named, process_version, processes
from flows.words import name_of

BY = By("wang", MONDAY)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    opened = DuckDBLedger(tmp_path / "events.duckdb")
    projects.start(opened, LOG, intake(floors=6), BY, case_id="g-1", retrofit="pipe_renewal")
    yield opened
    opened.close()


def act(ledger: DuckDBLedger, activity: str, **data: Any) -> tuple[str, ...]:
    entered = data or good_data(activity, day_of(MONDAY))
    return projects.act(ledger, LOG, "g-1", activity, entered, BY).offered


def test_a_renewal_of_pipes_is_carried_through(ledger: DuckDBLedger) -> None:
    assert act(ledger, "inspect_pipes", pipes=["water"], worn_out=True) == ("survey_household_wishes",)
    assert act(ledger, "survey_household_wishes", wishes=wishes()) == ("vote_on_pipes",)
    with pytest.raises(GateClosedError, match="vote_on_pipes"):
        act(ledger, "renew_pipes", firm="f", yuan=1)
    few = {row["household"]: "against" for row in ballots()[:5]}
    assert act(ledger, "vote_on_pipes", ballots=ballots(**few)) == ("raise_funds",)
    act(ledger, "raise_funds")
    act(ledger, "renew_pipes", firm="f", yuan=90000)
    act(ledger, "accept_pipes", passed=True)
    assert read_project(ledger, LOG, "g-1").outcome == "completed"


def test_half_of_those_taking_part_is_not_more_than_half(ledger: DuckDBLedger) -> None:
    act(ledger, "inspect_pipes", pipes=["water"], worn_out=True)
    act(ledger, "survey_household_wishes", wishes=wishes())
    half = {row["household"]: "against" for row in ballots()[:6]}
    assert act(ledger, "vote_on_pipes", ballots=ballots(**half)) == ("vote_on_pipes",)


def test_its_words_are_its_own_and_in_both_languages() -> None:
    process = process_named("pipe_renewal")
    for key, word in process.words.items():
        assert key not in terms("activities")
        assert key in process.steps
        with speaking("zh"):
            assert name_of(key) == activity_label(key) == word.zh


def test_nothing_it_asks_of_people_speaks_of_lifts() -> None:
    process = process_named("pipe_renewal")
    for language in ("en", "zh"):
        with speaking(language):
            told = [form_shown(process.key, key).as_text() for key in process.steps]
        assert not [text for text in told if re.search(r"\blift|梯", text)]


def test_the_check_of_a_live_log_knows_every_activity_that_staff_record(ledger: DuckDBLedger) -> None:
    act(ledger, "inspect_pipes", pipes=["water"], worn_out=True)
    with ledger.reading() as connection:
        found = quality(connection, LOG, now=MONDAY, vocabulary=known_activities())
    assert "unknown_activities" in found.checks_passed


def test_a_project_of_the_first_version_goes_on_by_its_own_words_until_it_is_moved(
    ledger: DuckDBLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr("flows.projects.process_named", lambda key: process_version(key, 1))
        projects.start(ledger, LOG, intake(floors=6), BY, case_id="old", retrofit="pipe_renewal")
    assert read_project(ledger, LOG, "old").open_item("publicise_policy")
    entered = good_data("publicise_policy", day_of(MONDAY))
    made = projects.act(ledger, LOG, "old", "publicise_policy", entered, BY)
    assert "publicise_pipe_renewal" not in made.plan.offers
    migrate(ledger, LOG, moves(ledger, LOG, "old", None), BY)
    assert read_project(ledger, LOG, "old").open_item("publicise_pipe_renewal")


def test_an_unknown_type_is_refused_with_those_there_are(ledger: DuckDBLedger) -> None:
    assert set(processes()) == {"lift", "pipe_renewal"}
    with pytest.raises(ProjectError, match="lift, pipe_renewal"):
        projects.start(ledger, LOG, intake(), BY, case_id="x", retrofit="roof")
    with pytest.raises(ProjectError, match="vote_on_installation is not a step of pipe_renewal"):
        act(ledger, "vote_on_installation")
