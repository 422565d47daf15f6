"""Dots and passages are those of the log; of a large one a draw that is the same every time and says so."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from running import ran

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from mining.cases.filter_words import UnknownFilterWordError
from mining.performance.dotted_chart import dotted_chart
from mining.performance.performance_spectrum import performance_spectrum

pytestmark = pytest.mark.xdist_group("charts")

START = datetime(2024, 1, 1, tzinfo=UTC)
TRACES = {f"case {number:02}": ["a", "b", "abcab"[number % 5], "c"] for number in range(20)}


def moment(case: str, step: int) -> datetime:
    return START + timedelta(hours=int(case[-2:]) * 7 + step * (3 + int(case[-1])))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("charts")
    ledger = DuckDBLedger(place / "events.duckdb")
    ledger.create_log("log", simulated=True)
    events = [
        Event(f"{case}/{step}", case, activity, moment(case, step), actor="Li" if step else None)
        for case, trace in TRACES.items()
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


def test_every_event_is_a_dot_of_its_case_at_its_moment(log: PreparedLog) -> None:
    chart = dotted_chart(log)
    assert not chart.is_drawn
    assert list(chart.shown_cases) == list(TRACES)
    told = {(chart.shown_cases[dot.case], chart.kinds[dot.kind or 0], dot.at) for dot in chart.dots}
    assert told == {
        (case, activity, moment(case, step))
        for case, trace in TRACES.items()
        for step, activity in enumerate(trace)
    }
    assert {dot.kind for dot in dotted_chart(log, "person").dots} == {None, 0}


def test_of_a_larger_log_whole_cases_are_drawn_and_it_says_so(log: PreparedLog) -> None:
    one, two = dotted_chart(log, most_events=12), dotted_chart(log, most_events=12)
    assert one == two
    assert one.is_drawn
    assert len(one.dots) == 4 * len(one.shown_cases) == 12
    assert "drawn from 20" in one.as_text()


def test_passages_are_those_of_the_path_with_the_quarter_of_their_wait(log: PreparedLog) -> None:
    found = performance_spectrum(log)
    pairs = Counter(pair for trace in TRACES.values() for pair in pairwise(trace))
    assert {(path.source, path.target): path.n_passages for path in found.paths} == dict(
        pairs.most_common(10)
    )
    (path,) = performance_spectrum(log, [("a", "b")]).paths
    assert Counter(one.quarter for one in path.passages).keys() == {1, 2, 3, 4}
    for one in path.passages:
        assert one.end - one.begin == timedelta(hours=3 + int(one.case_id[-1]))
    waits = sorted((one.end - one.begin, one.quarter) for one in path.passages)
    assert [quarter for _, quarter in waits] == sorted(quarter for _, quarter in waits)


def test_of_a_busy_path_passages_are_drawn(log: PreparedLog) -> None:
    (path,) = performance_spectrum(log, [("a", "b")], most_passages=5).paths
    assert (len(path.passages), path.n_passages) == (5, 20)
    with pytest.raises(UnknownFilterWordError):
        performance_spectrum(log, [("a", "nothing")])


def test_the_commands_give_the_data(directory: Path, log: PreparedLog) -> None:
    log.ledger.close()
    chart = json.loads(ran("mine dotted log --with b --most-events 8 --json", directory)[1])
    assert (len(chart["dots"]), chart["filter"]["cases"]) == (8, 20)
    status, out, _ = ran("--lang zh mine dotted log --most-events 8", directory)
    assert (status, "抽取 2 个" in out) == (0, True)
    spectrum = json.loads(ran("mine spectrum log --path a b --json", directory)[1])
    assert spectrum["paths"][0]["passages"][0]["quarter"] in (1, 2, 3, 4)
    assert "抽样所得" in ran("--lang zh mine spectrum log", directory)[1]
