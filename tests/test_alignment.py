import os
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_nets import random_net, random_trace

from mining.nets.alignment import NOT_ALIGNED, Aligner
from mining.nets.alignment_moves import Move, moves
from mining.nets.alignment_search import search_cost
from mining.nets.markings import fire
from mining.nets.petri_net import ModelRefusedError, PetriNet, Transition, read_pnml
from mining.nets.traces import Traces

FOREVER = float("inf")

LINEAR = PetriNet(
    ("p", "q", "r"),
    (Transition("t", "a", {"p": 1}, {"q": 1}), Transition("u", "b", {"q": 1}, {"r": 1})),
    {"p": 1},
    {"r": 1},
)
UNBOUNDED = PetriNet(
    ("p", "heap", "r"),
    (
        Transition("grow", "a", {"p": 1}, {"p": 1, "heap": 1}),
        Transition("shrink", "c", {"heap": 1}, {}),
        Transition("stop", "b", {"p": 1}, {"r": 1}),
    ),
    {"p": 1},
    {"r": 1},
)


def align(net: PetriNet, *traces: str) -> list[int]:
    return [int(cost) for cost in Aligner(net).align(Traces.of(traces)).costs]


def test_a_trace_of_the_model_costs_nothing() -> None:
    assert align(LINEAR, "ab") == [0]


def test_missing_and_superfluous_events_cost_one_each() -> None:
    assert align(LINEAR, "a", "abb", "ba", "", "z") == [1, 1, 2, 2, 3]


def test_fitness_counts_cases_and_not_distinct_traces() -> None:
    aligned = Aligner(LINEAR).align(Traces.of(["ab", "ab", "ab", "a"]))
    assert (aligned.n_cases, aligned.n_fitting_cases, aligned.cost) == (4, 3, 1)
    assert aligned.log_fitness == pytest.approx(1 - 1 / (4 + 4 + 4 + 3))
    assert aligned.average_trace_fitness == pytest.approx((3 + 2 / 3) / 4)


def test_an_empty_log_has_no_fitness() -> None:
    assert Aligner(LINEAR).align(Traces.of([])).log_fitness is None


def test_moves_name_what_the_log_lacks_and_what_it_has_too_much() -> None:
    aligner = Aligner(LINEAR)
    assert moves(aligner, "aab") == [Move("log", "a"), Move("synchronous", "a"), Move("synchronous", "b")]
    assert moves(aligner, "b") == [Move("model", "a"), Move("synchronous", "b")]


def test_a_net_with_endless_markings_is_aligned_by_search() -> None:
    aligner = Aligner(UNBOUNDED, max_markings=50)
    aligned = aligner.align(Traces.of(["aaccb", "acc", "aab"]))
    assert not aligner.lists_markings
    assert aligned.costs.tolist() == [0, 2, 2]


def test_a_wide_net_is_aligned_without_listing_its_markings() -> None:
    letters = "abcdefghijklmnop"
    before, after = [f"p{letter}" for letter in letters], [f"q{letter}" for letter in letters]
    net = PetriNet(
        ("start", "end", *before, *after),
        (
            Transition("split", None, {"start": 1}, dict.fromkeys(before, 1)),
            *(Transition(x, x, {f"p{x}": 1}, {f"q{x}": 1}) for x in letters),
            Transition("join", None, dict.fromkeys(after, 1), {"end": 1}),
        ),
        {"start": 1},
        {"end": 1},
    )
    aligner = Aligner(net, max_markings=200)
    assert not aligner.lists_markings
    traces = Traces.of([letters[::-1], letters[1:], letters + "z", letters[:4]])
    assert aligner.align(traces).costs.tolist() == [0, 1, 1, 12]


def test_an_alignment_that_takes_too_long_is_given_up_and_counted() -> None:
    for net in (UNBOUNDED, LINEAR):
        aligned = Aligner(net, max_markings=50).align(Traces.of(["aaccb", "ab"]), time_limit=-1)
        assert aligned.costs.tolist() == [NOT_ALIGNED, NOT_ALIGNED]
        assert aligned.n_cases == 0
        assert aligned.log_fitness is None


def test_a_model_that_cannot_end_is_refused() -> None:
    dead = PetriNet(("p", "q"), (Transition("t", "a", {"p": 1}, {"p": 1}),), {"p": 1}, {"q": 1})
    with pytest.raises(ModelRefusedError, match="final marking"):
        Aligner(dead)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_moves_cost_what_the_alignment_costs_and_replay_on_log_and_model(seed: int) -> None:
    random = Random(seed)
    aligner = Aligner(random_net(random))
    trace = random_trace(random, aligner.net)
    found = moves(aligner, trace)
    assert sum(move.cost for move in found) == Aligner(aligner.net).align(Traces.of([trace])).costs[0]
    assert [move.activity for move in found if move.kind in ("synchronous", "log")] == list(trace)
    assert _can_run(aligner.net, [move.activity for move in found if move.kind != "log"])


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_the_search_finds_the_same_costs_as_the_automaton(seed: int) -> None:
    random = Random(seed)
    net = random_net(random)
    traces = Traces.of(random_trace(random, net) for _ in range(10))
    searched = [search_cost(net, traces.trace(number), FOREVER) for number in range(len(traces))]
    assert Aligner(net).align(traces).costs.tolist() == searched


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_costs_are_those_of_pm4py(seed: int) -> None:
    random = Random(seed)
    net = random_net(random)
    traces = Traces.of(random_trace(random, net) for _ in range(60))
    theirs = _pm4py_costs(net, [traces.trace(number) for number in range(len(traces))])
    assert Aligner(net).align(traces).costs.tolist() == theirs


def test_memory_limits_change_no_cost() -> None:
    random = Random(7)
    net = random_net(random, 30)
    traces = Traces.of(random_trace(random, net) for _ in range(300))
    small = Aligner(net)
    whole = small.align(traces).costs.tolist()
    assert small._automaton is not None
    small._automaton._max_states = 2
    assert small.align(traces).costs.tolist() == whole
    assert small.align(traces).costs.tolist() == whole


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<pnml>", "not XML"),
        ("<pnml/>", "no <net>"),
        ("<pnml><net><place id='p'/></net></pnml>", "no place has an initial marking"),
        (
            "<pnml><net><place id='p'><initialMarking><text>one</text></initialMarking></place></net></pnml>",
            "'one' is not a whole number",
        ),
        ("<pnml><net><place id='p'/><arc id='x' source='p' target='q'/></net></pnml>", "from 'p' to 'q'"),
    ],
)
def test_a_damaged_model_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "net.pnml"
    file.write_text(text)
    with pytest.raises(ModelRefusedError, match=sentence):
        read_pnml(file)


def test_a_net_that_pm4py_writes_is_read_as_it_was(tmp_path: Path) -> None:
    pm4py = _pm4py()
    net = random_net(Random(3))
    pm4py.write_pnml(*_as_pm4py(net), str(tmp_path / "net.pnml"))
    read = read_pnml(tmp_path / "net.pnml")
    assert (dict(read.initial), dict(read.final)) == (dict(net.initial), dict(net.final))
    assert _steps(read) == _steps(net)


def _steps(net: PetriNet) -> list[str]:
    return sorted(f"{s.label} {sorted(s.takes.items())} {sorted(s.gives.items())}" for s in net.transitions)


def _can_run(net: PetriNet, shown: list[str | None]) -> bool:
    markings = {tuple(sorted(net.initial.items()))}
    for activity in shown:
        markings = {
            fire(dict(marking), step)
            for marking in markings
            for step in net.transitions
            if step.label == activity and all(dict(marking).get(p, 0) >= n for p, n in step.takes.items())
        }
    return tuple(sorted(net.final.items())) in markings


def _pm4py() -> Any:
    os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "0"
    sys._pm4py_welcome_shown = True  # type: ignore[attr-defined]
    import pm4py

    return pm4py


def _as_pm4py(net: PetriNet) -> tuple[Any, Any, Any]:
    _pm4py()
    from pm4py.objects.petri_net.obj import Marking
    from pm4py.objects.petri_net.obj import PetriNet as TheirNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    theirs = TheirNet("net")
    places = {name: TheirNet.Place(name) for name in net.places}
    theirs.places.update(places.values())
    for step in net.transitions:
        transition = TheirNet.Transition(step.name, step.label)
        theirs.transitions.add(transition)
        for place in step.takes:
            add_arc_from_to(places[place], transition, theirs)
        for place in step.gives:
            add_arc_from_to(transition, places[place], theirs)
    initial, final = Marking(), Marking()
    initial.update({places[place]: tokens for place, tokens in net.initial.items()})
    final.update({places[place]: tokens for place, tokens in net.final.items()})
    return theirs, initial, final


def _pm4py_costs(net: PetriNet, traces: list[tuple[str, ...]]) -> list[int]:
    """Return pm4py's costs in whole moves: it counts 10,000 a move and 1 a silent step."""
    _pm4py()
    from pm4py.algo.conformance.alignments.petri_net.variants import dijkstra_no_heuristics
    from pm4py.objects.log.obj import Event, Trace

    theirs = _as_pm4py(net)
    return [
        dijkstra_no_heuristics.apply(Trace([Event({"concept:name": a}) for a in trace]), *theirs)["cost"]
        // 10_000
        for trace in traces
    ]
