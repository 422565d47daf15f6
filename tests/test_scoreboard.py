"""The scoreboard keeps the newest of each figure with what was asked and how to get it again."""

import json
import re
from pathlib import Path

import pytest
from counted import write_counts

from benchmarks.environments import ROOT
from benchmarks.goals import GOALS
from benchmarks.scoreboard import counts
from benchmarks.scoreboard.chinese import chinese
from benchmarks.scoreboard.page import PAGES, Page
from benchmarks.scoreboard.scores import Score, keep, kept_scores
from benchmarks.scoreboard.speed import scores_of

NAMES = {"Wilson", "Aalen-Johansen", "Brookmeyer-Crowley", "axe-core", "XES", "CSV", "SQL", "API", "JSON"} | {
    *(
        "MiB",
        "DuckDB",
        "PostgreSQL",
        "pm4py",
        "pandas",
        "polars",
        "pl4pm",
        "r4pm",
        "lifelines",
        "kill",
        "Prefect",
        "Declare",
    ),
    *("xes", "csv", "xlsx", "parquet", "sqlite", "jsonocel", "xmlocel", "access.toml", "notices.toml"),
    "retrofit.toml",
}


def score(figure: str, reached: float, least: float | None = None) -> Score:
    return Score(
        "Validity", figure, reached, "make it", at_least=least, measured="2026-11-26", machine="mine"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_shows_the_kept_figures(page: Page) -> None:
    assert (ROOT / "docs" / page.name).read_text("utf-8") == page.text(kept_scores())


def test_every_kept_figure_and_every_goal_has_its_chinese() -> None:
    said = {text for one in kept_scores() for text in (one.part, one.figure, one.of)}
    said |= {goal.text for goal in GOALS}
    left = {text: re.findall("[A-Za-z][A-Za-z0-9.-]+", chinese(text)) for text in said}
    assert {word for words in left.values() for word in words} - NAMES == set()


def test_a_new_measurement_takes_the_place_of_the_last(tmp_path: Path) -> None:
    file = tmp_path / "scores.json"
    keep([score("recall", 0.9), score("precision", 1.0)], file)
    keep([score("recall", 0.97)], file)
    assert [(one.figure, one.reached) for one in kept_scores(file)] == [("recall", 0.97), ("precision", 1.0)]


def test_a_figure_is_told_with_what_was_asked_of_it_and_whether_it_is_met() -> None:
    text = PAGES[0].text([score("recall", 0.9, 0.95), score("precision", 1.0, 0.95), score("cohorts", 40)])
    assert "| recall | 0.9 | ≥ 0.95 | **not met** |  | 2026-11-26, load 0 [1] |" in text
    assert "| precision | 1 | ≥ 0.95 | met |" in text
    assert "| cohorts | 40 |  |  |" in text
    assert "1. `make it` on mine" in text


def test_a_run_of_the_benchmarks_gives_its_goals_and_ratios(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    taken = {"ours": 0.02, "r4pm": 0.9}
    rows = [
        {"tool": tool, "operation": "dfg", "n_events": 10_000_000, "seconds": seconds}
        for tool, seconds in taken.items()
    ]
    file.write_text(json.dumps({"measurements": rows}), "utf-8")
    goal, ratio = scores_of(file, "make bench")
    assert (goal.figure, round(goal.reached), goal.met) == (
        "directly-follows graph, times faster than r4pm",
        45,
        True,
    )
    assert (ratio.figure, round(ratio.reached)) == ("dfg, r4pm, 10,000,000 events", 45)


def test_what_tests_counted_is_told_with_the_command_that_takes_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "ROOT", tmp_path)
    monkeypatch.setenv("ONLY_READ", "1")
    told = [{"fault": "power cut", "times": 3}, {"fault": "power cut", "times": 4}]
    write_counts(tmp_path / "build/faults.json", told, seeds=5, inputs=12)
    tried = [{"fuzz": "policy", "inputs": 200, "refused": 150}]
    write_counts(tmp_path / "build/fuzz.json", tried, seeds=1, inputs=200)
    (fault,), (odd,) = counts.faults(), counts.fuzz()
    assert (fault.figure, fault.reached, fault.command) == ("power cut", 7, "make faults SEEDS=5")
    assert (odd.figure, odd.reached, odd.command, odd.met) == ("policy", 200, "make fuzz INPUTS=200", False)
