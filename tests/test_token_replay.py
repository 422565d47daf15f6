from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_nets import random_net, random_trace
from test_alignment import LINEAR, UNBOUNDED

from mining.nets.alignment import Aligner
from mining.nets.petri_net import PetriNet, Transition
from mining.nets.precision import precision
from mining.nets.token_replay import Tokens, replay
from mining.nets.traces import Traces

CHOICE = PetriNet(
    ("p", "q", "r"),
    (
        Transition("skip", None, {"p": 1}, {"q": 1}),
        Transition("a", "a", {"p": 1}, {"q": 1}),
        Transition("b", "b", {"q": 1}, {"r": 1}),
        Transition("c", "c", {"q": 1}, {"r": 1}),
    ),
    {"p": 1},
    {"r": 1},
)


def test_a_fitting_trace_lacks_no_token_and_leaves_none() -> None:
    (tokens,) = replay(LINEAR, Traces.of(["ab"])).tokens
    assert tokens == Tokens(produced=3, consumed=3)
    assert tokens.fitness == 1


def test_missing_and_remaining_tokens_are_counted_by_the_book() -> None:
    only_b = replay(LINEAR, Traces.of(["b"])).tokens[0]
    assert only_b == Tokens(produced=2, consumed=2, missing=1, remaining=1)
    assert only_b.fitness == 0.5


def test_silent_steps_are_fired_where_they_enable_an_event_or_the_end() -> None:
    replayed = replay(CHOICE, Traces.of(["b", "ac"]))
    assert replayed.n_fitting_cases == 2


def test_activities_the_model_does_not_know_are_passed_over_and_counted() -> None:
    replayed = replay(LINEAR, Traces.of(["azb", "azb", "zz"]))
    assert (replayed.n_unknown_events, replayed.n_fitting_cases) == (4, 2)


def test_cases_weigh_in_the_total() -> None:
    replayed = replay(LINEAR, Traces.of(["ab", "ab", "ab", "b"]))
    assert replayed.total == Tokens(produced=11, consumed=11, missing=1, remaining=1)
    assert replayed.average_trace_fitness == pytest.approx((3 + 0.5) / 4)


def test_a_net_with_endless_markings_is_replayed_all_the_same() -> None:
    assert replay(UNBOUNDED, Traces.of(["aaccb"])).n_fitting_cases == 1


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_only_traces_with_a_costless_alignment_can_fit(seed: int) -> None:
    random = Random(seed)
    net = random_net(random)
    traces = Traces.of(random_trace(random, net) for _ in range(10))
    costs = Aligner(net).align(traces).costs
    for number, tokens in enumerate(replay(net, traces).tokens):
        assert tokens.missing >= 0
        assert tokens.produced - tokens.consumed == tokens.remaining - tokens.missing
        if tokens.missing == tokens.remaining == 0 and set(traces.trace(number)) <= set(net.labels):
            assert costs[number] == 0


def test_precision_is_the_share_of_allowed_continuations_that_are_seen() -> None:
    # at the start a, b and c are allowed and only a is seen; after a, b and c are allowed and only b is
    assert precision(CHOICE, Traces.of(["ab"])) == pytest.approx(1 - (2 + 1) / (3 + 2))
    assert precision(CHOICE, Traces.of(["ab", "ac", "b", "c"])) == 1


def test_prefixes_that_the_model_cannot_follow_do_not_count_for_precision() -> None:
    assert precision(LINEAR, Traces.of(["ab", "zab"])) == 1
