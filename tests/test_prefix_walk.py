"""A model is walked along a log as if all its markings were listed, and also where they cannot be."""

from itertools import pairwise
from random import Random
from time import monotonic

import pytest
from random_nets import random_net, random_trace

from mining.nets.alignment import Aligner
from mining.nets.known_markings import TooManyMarkingsError
from mining.nets.petri_net import PetriNet, Transition
from mining.nets.precision import PrefixTree, precision
from mining.nets.prefix_walk import PrefixWalk, fitting
from mining.nets.reachability import SILENT, ReachabilityGraph, reachability_graph
from mining.nets.traces import Traces

Cost = dict[int, int]


def silently(graph: ReachabilityGraph, led: Cost) -> Cost:
    """Return the fewest silent steps to every marking, with all markings listed."""
    found = dict(led)
    for _ in range(graph.n_markings):
        for source, target, label in zip(graph.sources, graph.targets, graph.step_labels, strict=True):
            if label == SILENT and source in found:
                found[target] = min(found.get(target, found[source] + 1), found[source] + 1)
    return found


def allowed_listed(graph: ReachabilityGraph, prefix: tuple[str, ...]) -> set[str]:
    """Return what a model allows after a prefix, by the definition."""
    led: Cost = {0: 0}
    steps = list(zip(graph.sources, graph.targets, graph.step_labels, strict=True))
    for activity in prefix:
        reached, led = silently(graph, led), {}
        for source, target, label in steps:
            if source in reached and label != SILENT and graph.labels[label] == activity:
                led[target] = min(led.get(target, reached[source]), reached[source])
    fewest = [marking for marking, cost in led.items() if cost == min(led.values())]
    behind = silently(graph, dict.fromkeys(fewest, 0))
    return {graph.labels[label] for source, _, label in steps if source in behind and label != SILENT}


@pytest.mark.parametrize("seed", range(25))
def test_what_a_model_allows_is_what_its_listed_markings_allow(seed: int) -> None:
    random = Random(seed)
    net = random_net(random, 5)
    graph, walk = reachability_graph(net, max_markings=500), PrefixWalk(net)
    trace = random_trace(random, net, n_edits=1)[:6]
    state = 0
    for end in range(len(trace) + 1):
        assert walk.seen(state).allowed == allowed_listed(graph, trace[:end])
        if end < len(trace):
            state = walk.follow(state, (trace[end],))[trace[end]]


@pytest.mark.parametrize("seed", range(25))
def test_a_trace_fits_where_its_alignment_costs_nothing(seed: int) -> None:
    random = Random(seed)
    net = random_net(random)
    traces = Traces.of([random_trace(random, net) for _ in range(10)])
    assert fitting(net, traces) == [cost == 0 for cost in Aligner(net).align(traces).costs.tolist()]
    assert fitting(net, traces, until=monotonic() - 1) == [False] * len(traces)


def side_by_side(n: int) -> PetriNet:
    """Return a net of `n` chains of two that run at once, with more markings than are listed."""
    steps = [Transition("begin", None, {"start": 1}, {f"p{number}": 1 for number in range(n)})]
    for number in range(n):
        places = [f"p{number}", f"q{number}", f"r{number}"]
        for deed, (here, there) in zip("ab", pairwise(places), strict=True):
            steps.append(Transition(f"{deed}{number}", f"{deed}{number}", {here: 1}, {there: 1}))
    steps.append(Transition("finish", None, {f"r{number}": 1 for number in range(n)}, {"end": 1}))
    places = ["start", "end", *(f"{row}{number}" for row in "pqr" for number in range(n))]
    return PetriNet(tuple(places), tuple(steps), {"start": 1}, {"end": 1})


def test_a_model_of_too_many_markings_to_list_is_measured_along_the_log() -> None:
    net = side_by_side(11)
    whole = tuple(f"{deed}{number}" for number in range(11) for deed in "ab")
    aligned = Aligner(net)
    assert not aligned.lists_markings
    assert aligned.align(Traces.of([whole, whole[1:]])).costs.tolist() == [0, 1]
    # of each chain that is not done one step is allowed, and one of all is seen
    assert precision(net, Traces.of([whole])) == pytest.approx(22 / sum(2 * n for n in range(1, 12)))


def test_an_endless_model_is_measured_until_too_many_markings_are_asked_for() -> None:
    more = Transition("more", "more", {"p": 1}, {"p": 1, "q": 1})
    less = Transition("less", "less", {"q": 1}, {})
    net = PetriNet(("p", "q"), (more, less), {"p": 1}, {"p": 1})
    assert precision(net, Traces.of([("more", "less")])) == pytest.approx(2 / 3)
    endless = PetriNet(net.places, (Transition("m", None, more.takes, more.gives), less), {"p": 1}, {"p": 1})
    with pytest.raises(TooManyMarkingsError, match="more than 1,000 markings"):
        PrefixTree(endless, Traces.of([("less",)]), max_markings=1000)
