"""Answers that are dear to find are found once, a few at a time, and kept while their log stands still."""

from threading import Event, Thread
from time import sleep

import pytest

from dashboards.analysis.choice import Choice, arc
from dashboards.analysis.kept_answers import KeptAnswers


def test_twenty_askers_of_one_answer_find_it_once() -> None:
    kept, found = KeptAnswers(), []

    def find() -> str:
        sleep(0.05)
        found.append(1)
        return "answer"

    askers = [Thread(target=kept.get, args=("key", find)) for _ in range(20)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert len(found) == 1


def test_answers_are_let_go_when_there_are_too_many_and_faults_are_not_kept() -> None:
    kept = KeptAnswers(most=2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert [kept.get("a", lambda: 1), kept.get("b", lambda: 2), kept.get("c", lambda: 3)] == [1, 2, 3]
    assert kept.get("a", lambda: 4) == 4


def test_only_so_many_answers_are_found_at_a_time_and_a_plain_one_does_not_wait() -> None:
    kept, go, busy, most = KeptAnswers(at_a_time=2), Event(), [], []

    def find() -> None:
        busy.append(1)
        most.append(len(busy))
        go.wait(10)
        busy.pop()

    askers = [Thread(target=kept.get, args=(number, find)) for number in range(6)]
    for one in askers:
        one.start()
    sleep(0.05)
    assert kept.get("plain", lambda: "at once", dear=False) == "at once"
    go.set()
    for one in askers:
        one.join()
    assert max(most) == 2
    assert len(most) == 6


def test_answers_that_need_one_another_do_not_lock_each_other_out() -> None:
    kept, begun = KeptAnswers(at_a_time=1), Event()

    def outer() -> str:
        begun.wait(10)
        sleep(0.05)  # the other asker holds the inner answer's lock by now and waits to be let in
        return kept.get("inner", lambda: "inner") + " and outer"

    first = Thread(target=kept.get, args=("outer", outer))
    first.start()
    second = Thread(target=kept.get, args=("inner", lambda: "inner"))
    second.start()
    begun.set()
    for one in (first, second):
        one.join(10)
        assert not one.is_alive()
    assert kept.get("outer", str) == "inner and outer"


def test_a_choice_in_an_address_is_the_filter_of_the_command_line() -> None:
    conditions = (("where", "city=harbin"), ("path", arc("a", "b")), ("from", "2024-01-02"), ("variant", "3"))
    found = Choice("log", conditions).case_filter()
    assert found.where == (("city", "harbin"),)
    assert found.with_arcs == (("a", "b"),)
    assert (str(found.started_from), found.variants) == ("2024-01-02", (3,))
