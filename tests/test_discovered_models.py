"""Discovered models and their qualities are those that pm4py finds in the whole log, event by event."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pm4py
import pytest
from lxml import etree
from played_logs import Step, Trace, played
from running import ran

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.cases.case_filter import CaseFilter, filtered
from mining.discovery.discovered_model import ALGORITHMS, Algorithm, NoModelError, discovered_model
from mining.discovery.model_quality import generalisation, simplicity
from mining.discovery.models_by_group import models_by
from mining.nets.petri_net import PetriNet, Transition, read_pnml
from mining.nets.pnml_writer import pnml
from mining.nets.traces import Traces

pytestmark = pytest.mark.xdist_group("discovered_models")

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
START = datetime(2024, 1, 1, tzinfo=UTC)


def sequences(seed: int = 5, n_cases: int = 60) -> list[list[str]]:
    """Return traces with a choice, two things in any order, a loop and some noise."""
    rng, found = random.Random(seed), []
    for _ in range(n_cases):
        middle = rng.sample(["check", "visit"], 2)
        while rng.random() < 0.2:
            middle += ["again", *rng.sample(["check", "visit"], 2)]
        trace = ["raise", *middle, rng.choice(["grant", "grant", "refuse"])]
        if rng.random() < 0.08:
            trace.pop(rng.randrange(len(trace)))
        found.append(trace)
    return found


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    ledger = DuckDBLedger(place / "events.duckdb")
    ledger.create_log("log", simulated=True)
    events = [
        Event(f"{number}/{step}", f"case {number:03}", activity, START + timedelta(hours=step))
        for number, trace in enumerate(sequences())
        for step, activity in enumerate(trace)
    ]
    ledger.append("log", events)
    ledger.close()
    return place


@pytest.fixture(scope="module")
def log(directory: Path) -> Iterator[PreparedLog]:
    ledger = DuckDBLedger(directory / "events.duckdb")
    yield prepare(ledger, "log")
    ledger.close()


@pytest.fixture(scope="module")
def theirs() -> Any:
    import pandas as pd

    rows = [
        (f"case {number:03}", activity, START + timedelta(hours=step))
        for number, trace in enumerate(sequences())
        for step, activity in enumerate(trace)
    ]
    frame = pd.DataFrame(rows, columns=["case", "activity", "time"])
    return pm4py.format_dataframe(frame, case_id="case", activity_key="activity", timestamp_key="time")


FOUND_BY_PM4PY: dict[tuple[Algorithm, float | None], Any] = {
    ("inductive", None): pm4py.discover_petri_net_inductive,
    ("inductive", 0.2): lambda log: pm4py.discover_petri_net_inductive(log, noise_threshold=0.2),
    ("heuristics", None): pm4py.discover_petri_net_heuristics,
    ("alpha", None): pm4py.discover_petri_net_alpha,
    ("ilp", None): pm4py.discover_petri_net_ilp,
    ("powl", None): lambda log: pm4py.convert_to_petri_net(pm4py.discover_powl(log)),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("algorithm", "noise"), FOUND_BY_PM4PY)
def test_a_model_on_variants_is_the_model_of_the_whole_log(
    log: PreparedLog, theirs: Any, algorithm: Algorithm, noise: float | None
) -> None:
    found = discovered_model(log, algorithm, noise=noise)
    net, initial, final = FOUND_BY_PM4PY[algorithm, noise](theirs)
    steps = found.net.transitions
    assert sorted(str(step.label) for step in steps) == sorted(str(step.label) for step in net.transitions)
    if algorithm == "ilp":  # of equally good places its solver may find others
        return
    assert len(found.net.places) == len(net.places)
    assert sum(len(step.takes) + len(step.gives) for step in steps) == len(net.arcs)
    assert found.quality.simplicity == pytest.approx(pm4py.simplicity_petri_net(net, initial, final))
    if algorithm == "alpha":  # the end of its net cannot be reached here
        assert found.quality.fitness is None
        return
    fitness = pm4py.fitness_alignments(theirs, net, initial, final)
    assert found.quality.fitness == pytest.approx(fitness["log_fitness"], abs=2e-4)
    if found.quality.fitness != 1 or algorithm == "powl":  # else ways over silent steps differ
        assert found.quality.precision == pytest.approx(
            pm4py.precision_alignments(theirs, net, initial, final), abs=1e-9
        )


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("noise", [None, 0.5])
def test_the_net_of_the_ilp_miner_is_measured_as_pm4py_measures_it(
    log: PreparedLog, theirs: Any, noise: float | None, tmp_path: Path
) -> None:
    found = discovered_model(log, "ilp", noise=noise)
    (tmp_path / "net.pnml").write_text(pnml(found.net, "net"), "utf-8")
    model = pm4py.read_pnml(str(tmp_path / "net.pnml"))
    fitness = pm4py.fitness_alignments(theirs, *model)
    assert found.quality.fitness == pytest.approx(fitness["log_fitness"], abs=2e-4)
    assert found.quality.precision == pytest.approx(pm4py.precision_alignments(theirs, *model), abs=1e-9)
    assert (found.quality.fitness == 1) == (noise is None)


def test_generalisation_is_that_of_pm4py_where_the_way_through_silent_steps_is_the_only_one(
    log: PreparedLog, theirs: Any
) -> None:
    for algorithm in ("inductive", "powl"):
        found = discovered_model(log, algorithm, noise=None)
        model = FOUND_BY_PM4PY[algorithm, None](theirs)
        assert found.quality.generalisation == pytest.approx(pm4py.generalization_tbr(theirs, *model))


def test_generalisation_and_simplicity_by_hand() -> None:
    net = PetriNet(
        ("p", "q"),
        (Transition("t", "a", {"p": 1}, {"q": 1}), Transition("u", "b", {"p": 1}, {"q": 1})),
        {"p": 1},
        {"q": 1},
    )
    assert generalisation(net, Traces.of([["a"]] * 16), 60) == 1 - (1 / 4 + 1) / 2
    assert generalisation(net, Traces.of([["a"]] * 16), -1) is None
    assert simplicity(net) == 1  # four arcs, four nodes: two arcs each
    assert simplicity(PetriNet(("p",), net.transitions, {}, {})) < 1


def test_a_net_written_as_pnml_is_read_as_it_was(log: PreparedLog, tmp_path: Path) -> None:
    net = discovered_model(log, "inductive").net
    (tmp_path / "net.pnml").write_text(pnml(net, "a <name> & more"), "utf-8")
    assert read_pnml(tmp_path / "net.pnml") == net
    theirs, initial, final = pm4py.read_pnml(str(tmp_path / "net.pnml"))
    assert (len(theirs.places), len(initial), len(final)) == (len(net.places), 1, 1)


def test_the_command_writes_bpmn_svg_and_pnml_that_others_read(directory: Path, tmp_path: Path) -> None:
    files = " ".join(f"-o {tmp_path}/model.{kind}" for kind in ("bpmn", "svg", "pnml"))
    status, out, err = ran(f"mine model log --with grant {files} --json", directory)
    answer = json.loads(out)
    assert (status, err.count("written:")) == (0, 3)
    assert answer["cases"] == answer["filter"]["cases"] < 60
    bpmn = pm4py.read_bpmn(str(tmp_path / "model.bpmn"))
    tasks = {node.get_name() for node in bpmn.get_nodes() if type(node).__name__ == "Task"}
    assert tasks == {"raise", "check", "visit", "again", "grant"}
    root = etree.parse(str(tmp_path / "model.bpmn")).getroot()
    assert len(root.findall(f".//{BPMN}sequenceFlow")) == len(answer["graph"]["flows"])
    assert "simulated" in (tmp_path / "model.svg").read_text("utf-8")
    aligned = json.loads(
        ran(f"mine align log --with grant --model {tmp_path}/model.pnml --json", directory)[1]
    )
    assert aligned["log_fitness"] == answer["quality"]["fitness"]


def test_what_cannot_be_discovered_is_refused(
    log: PreparedLog, ledger: DuckDBLedger, directory: Path
) -> None:
    with pytest.raises(NoModelError, match="inductive, heuristics, ilp"):
        discovered_model(log, "alpha", noise=0.1)
    ledger.create_log("empty")
    with pytest.raises(NoModelError, match="no cases"):
        discovered_model(prepare(ledger, "empty"), "inductive")
    assert ran("mine model log -o model.pdf", directory)[2].startswith("model.pdf: a discovered model")


def test_every_algorithm_is_offered() -> None:
    assert "[" + "|".join(ALGORITHMS) + "]" in ran("mine model --help")[1]


def test_each_group_has_a_model_of_its_own_cases(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {}
    for number in range(12):
        city = "north" if number < 5 else "south"
        middle = ["check", "visit"] if city == "north" else ["visit"]
        cases[str(number)] = [Step("raise", attributes={"city": city}), *middle, "grant"]
    with played(tmp_path, cases) as prepared:
        found = models_by(prepared, "inductive", "city")
        some = filtered(prepared, CaseFilter(where=(("city", "north"),)))
        alone = discovered_model(some, "inductive")
    assert [(one.value, one.model.cases) for one in found.groups] == [("south", 7), ("north", 5)]
    assert found.whole.cases == 12
    north = found.groups[1].model
    assert (north.net, north.quality) == (alone.net, alone.quality)
    assert "north" in found.as_text()
    status, _, err = ran(f"mine model played --by city -o {tmp_path / 'found.pnml'}", tmp_path)
    assert status == 0, err
    assert read_pnml(tmp_path / "found-north.pnml") == north.net
    assert (tmp_path / "found-south.pnml").is_file()


def test_a_model_that_no_case_was_aligned_with_in_time_is_not_said_to_have_no_end(log: PreparedLog) -> None:
    found = discovered_model(log, "inductive", time_limit=1e-9)
    assert (found.quality.fitness, found.quality.has_end) == (None, True)
    assert "60 cases could not be aligned in time" in found.as_text()
    assert "can never be reached" not in found.as_text()
