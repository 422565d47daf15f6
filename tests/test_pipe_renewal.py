"""A second type of retrofit beside lifts, made by one module and its words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lift_play import LOG, MONDAY, Play, ballots, good_data, intake, wishes

from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from eventlogs.quality.findings import quality
from eventlogs.retrofit_types import retrofit_types
from eventlogs.vocabulary import terms
from eventlogs.words import activity_label, known_activities
from flows.errors import GateClosedError, ProjectError
from flows.forms.form_text import form_shown
from flows.papers.making import make_papers
from flows.papers.sheets import PAPERS
from flows.process.history import day_of
from flows.process.processes import process_named, process_version, processes
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import read_project
from flows.project.migration import migrate, moves
from flows.words import name_of
from mining.cases.case_filter import CaseFilter, filtered
from mining.conformance.case_conformance import case_conformance
from mining.conformance.judged_cases import cases_judged
from mining.conformance.judging import conformance
from mining.conformance.verdicts import NoModelError, Unjudged
from mining.normative.file import lift_model
from mining.stalls.finding import case_stall

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


def test_its_vote_has_a_paper_that_counts_by_the_ordinary_majority(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    act(ledger, "inspect_pipes", pipes=["water"], worn_out=True)
    act(ledger, "survey_household_wishes", wishes=wishes())
    few = {row["household"]: "against" for row in ballots()[:5]}
    act(ledger, "vote_on_pipes", ballots=ballots(**few))
    assert len(make_papers(ledger, tmp_path, LOG, "g-1", MONDAY)) == 2
    history = read_project(ledger, LOG, "g-1")
    (done,) = history.done["vote_on_pipes"]
    told = dict(next(paper for paper in PAPERS if paper.after == "vote_on_pipes").sheet(history, done).facts)
    assert told["Approved"].endswith(
        "more than 1/2 of area, 1/2 of owners needed (counted of those taking part)"
    )
    assert told["Result"] == "carried"


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


@pytest.mark.parametrize("name", ["lift", "pipe_renewal"])
def test_the_model_of_a_process_is_the_one_that_its_table_names(name: str) -> None:
    model = process_named(name).model
    assert retrofit_types()[name].model == (None if model is None else model().key)


def test_the_model_of_lifts_judges_the_lifts_of_a_log_alone(ledger: DuckDBLedger) -> None:
    lift = Play(ledger, "l-1")
    lift.start()
    lift.until("vote_on_installation")
    alone = conformance(
        filtered(prepare(ledger, LOG), CaseFilter(where=(("retrofit", "lift"),))), lift_model()
    )
    act(ledger, "inspect_pipes", pipes=["water"], worn_out=True)
    act(ledger, "convene_joint_meeting")  # to lifts the second step of the formal chain
    both = prepare(ledger, LOG)
    report = conformance(both, lift_model())
    assert report.whole == alone.whole
    assert report.unjudged == (Unjudged("pipe_renewal", 1),)
    assert "1 case is held against no model" in report.as_text()
    assert cases_judged(both, lift_model(), "is_judged", {}) == ("l-1",)
    judged = case_conformance(both, lift_model(), "g-1")
    assert (judged.unjudged, judged.steps, judged.rules, judged.moves) == ("pipe_renewal", (), (), ())
    assert "Renewing pipes" in judged.as_text()
    everything = conformance(both, replace(lift_model(), key="mine"))
    assert everything.whole.states.cases == 2
    assert sum(one.broken for one in everything.whole.rules) > sum(one.broken for one in alone.whole.rules)


def test_an_objection_against_pipes_is_not_said_to_close_the_intention_form_of_lifts(
    ledger: DuckDBLedger,
) -> None:
    act(ledger, "inspect_pipes", pipes=["water"], worn_out=True)
    act(ledger, "file_written_objection", origin="inside", household="1A", grounds=["noise"])
    stall = case_stall(prepare(ledger, LOG), lift_model(), "g-1").stall
    assert stall.cause == "objection"
    assert read_project(ledger, LOG, "g-1").open_item(stall.place or "")
    assert not stall.chains
    assert not stall.missing_roles


def test_a_log_of_pipes_alone_is_not_held_against_the_model_of_lifts(ledger: DuckDBLedger) -> None:
    act(ledger, "convene_joint_meeting")
    with pytest.raises(NoModelError, match="Renewing pipes"):
        conformance(prepare(ledger, LOG), lift_model())


def test_a_project_of_the_first_version_goes_on_by_its_own_words_until_it_is_moved(
    ledger: DuckDBLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr("flows.project.projects.process_named", lambda key: process_version(key, 1))
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
