"""The benchmarks measure what they say they measure, and compare results before they tell ratios."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.goals import GOALS, Goal, faster
from benchmarks.measuring import Measurement, differs
from benchmarks.tables import goals_table, times_table


def measurement(tool: str, operation: str, seconds: float | None) -> Measurement:
    return Measurement(tool, operation, 10_000_000, seconds, fault=None if seconds else "broken")


def test_a_quick_run_compares_the_engine_with_plain_sql(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "figures.json"
    words = ["--quick", "--without-peers", "--operations", "variants,dfg,dfg_by_city", "--repeats", "2"]
    assert main([*words, "--data", str(tmp_path), "-o", str(kept)]) == 0
    shown = capsys.readouterr().out
    assert "all results are equal" in shown
    assert "ms of processors" in shown
    figures = json.loads(kept.read_text("utf-8"))
    assert figures["differing"] == []
    tools = {
        (one["tool"], one["operation"])
        for one in figures["measurements"]
        if one["seconds"] > 0 and one["worked"] > 0
    }
    assert len(tools) == 6


def test_results_that_differ_are_told_where() -> None:
    assert differs({"a": [1, 2.0]}, {"a": [1, 2.0 + 1e-9]}) is None
    assert differs({"a": [1, 2.0]}, {"a": [1, 2.1]}) == "2.0 against 2.1"
    assert differs({"a": 1}, {"b": 1}) == "['a', 'b'] only on one side"
    assert differs([1], [1, 2]) == "1 against 2 values"


def test_a_goal_is_met_from_its_figure_on() -> None:
    goal = Goal("x", 10_000_000, faster("r4pm", "dfg"), at_least=40)
    ours, theirs = measurement("ours", "dfg", 0.02), measurement("r4pm", "dfg", 0.9)
    measured = {(10_000_000, one.tool, one.operation): one for one in (ours, theirs)}
    figure = goal.figure(measured, 10_000_000)
    assert figure == pytest.approx(45)
    assert goal.met(45)
    assert not goal.met(39)


def test_what_failed_is_no_figure() -> None:
    measured = {
        (10_000_000, "ours", "dfg"): measurement("ours", "dfg", 0.02),
        (10_000_000, "r4pm", "dfg"): measurement("r4pm", "dfg", None),
    }
    assert all(goal.figure(measured, 10_000_000) is None for goal in GOALS if "r4pm" in goal.text)
    assert "failed" in times_table(measured, 10_000_000)
    assert "r4pm" not in goals_table(measured, [10_000_000])


def test_regions_that_are_compared_outlast_a_log_compiled_afresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "figures.json"
    words = ["mining", "--events", "12000", "--without-peers", "--repeats", "2", "-o", str(kept)]
    assert main([*words, "--data", str(tmp_path), "--operations", "compile,compare"]) == 0
    capsys.readouterr()
    figures = json.loads(kept.read_text("utf-8"))["measurements"]
    assert [(one["operation"], one["fault"]) for one in figures] == [("compile", None), ("compare", None)]
    assert all(one["first"] > 0 for one in figures)
