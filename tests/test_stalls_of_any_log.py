"""Stalls of logs that no model is about: idle steps, cases to keep an eye on, what usually follows."""

from datetime import timedelta
from pathlib import Path

import pytest
from played_logs import START, Step, Trace, played

from eventlogs.language import speaking
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.file import lift_model
from mining.stalls.finding import StallReport, case_stall, stalls

DAY = 24.0
DONE = Step("send", attributes={"outcome": "completed"})


def sent(hours: float) -> Step:
    """Return the step with which a case ends well at a moment."""
    return Step("send", hours, attributes={"outcome": "completed"})


def test_a_foreign_log_says_after_what_a_case_stopped_and_what_usually_follows(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {str(n): ["order", "pay", DONE] for n in range(40)}
    cases["stopped"] = ["order"]
    with played(tmp_path, cases) as prepared:
        report: StallReport = stalls(prepared, lift_model(), now=START + timedelta(days=30))
        shown = case_stall(prepared, lift_model(), "stopped", now=START + timedelta(hours=2))
    assert not report.supposed
    (stopped,) = report.stalls
    assert stopped.normal is not None
    assert stopped.normal.stratum == "step"  # no group, of which there is none
    assert (stopped.last_activity, stopped.place, stopped.kind) == ("order", None, "idle")
    assert [(one.activity, one.share) for one in stopped.followers] == [("pay", 1.0)]
    assert not shown.alarm
    assert "not stalled" in shown.as_text()


def test_where_standing_still_is_the_rule_cases_are_counted_and_not_watched_one_by_one(
    tmp_path: Path,
) -> None:
    def waited(n: int) -> float:
        return float(2 ** (n % 7)) * DAY

    cases: dict[str, Trace] = {
        f"sent-{n}": [Step("order", 0), Step("pay", waited(n)), sent(waited(n) + waited(n + 3))]
        for n in range(70)
    }
    cases |= {f"paid-{n}": [Step("order", 0), Step("pay", waited(n % 6))] for n in range(12)}
    cases |= {f"new-{n}": [Step("order", (100 + n) * DAY)] for n in range(6)}
    cases["forgotten"] = [Step("order", 0)]
    with played(tmp_path, cases) as prepared:
        report = stalls(prepared, lift_model(), now=START + timedelta(days=120))
    assert not report.alarms
    assert [one.case_id for one in report.watched] == ["forgotten"]
    (step,) = report.idle_steps
    assert (step.activity, step.idle, step.running) == ("pay", 12, 12)
    assert sorted(step.case_ids) == sorted(f"paid-{n}" for n in range(12))
    assert "counted here, not listed" in report.as_text()
    with speaking("zh"):
        assert "此处只计数，不逐一列出" in report.as_text().replace("\n", "")


@pytest.mark.parametrize(
    ("n_idle", "n_busy", "watched", "counted"),
    [(12, 0, 0, 12), (12, 11, 0, 12), (12, 12, 12, 0), (10, 0, 0, 10), (10, 10, 10, 0), (9, 0, 9, 0)],
)
def test_of_many_idle_cases_each_is_watched_unless_most_at_their_step_are_idle(
    tmp_path: Path, n_idle: int, n_busy: int, watched: int, counted: int
) -> None:
    cases: dict[str, Trace] = {
        f"sent-{n}": [Step("order", 0), Step("pay", (n % 6) * DAY), sent((5 + n % 40) * DAY)]
        for n in range(70)
    }
    cases |= {f"idle-{n}": [Step("order", 0), Step("pay", 0)] for n in range(n_idle)}
    cases |= {f"busy-{n}": [Step("order", 99 * DAY), Step("pay", 100 * DAY)] for n in range(n_busy)}
    with played(tmp_path, cases) as prepared:
        report = stalls(prepared, lift_model(), now=START + timedelta(days=101))
    told = [*(one.case_id for one in report.watched), *(one.case_id for one in report.alarms)]
    assert sum(one.startswith("idle") for one in told) == watched
    assert sum(one.idle for one in report.idle_steps) == counted


def test_the_longest_idle_are_named_first_and_those_of_one_time_by_name(tmp_path: Path) -> None:
    def named(step: str, n: int) -> list[str]:
        return [f"{step} {one:02}" for one in range(n)]

    steps = {"pay": 12, "ask": 10, "beg": 10, "see": 4}
    cases: dict[str, Trace] = {}
    for step, n in steps.items():
        cases |= {f"{step} well {one}": [Step(step, 0), sent((5 + one % 40) * DAY)] for one in range(70)}
        cases |= {name: [Step(step, place // 2)] for place, name in enumerate(named(step, n))}
    with played(tmp_path, cases) as prepared:
        report = stalls(prepared, lift_model(), now=START + timedelta(days=61))
    told = [(one.activity, one.idle, list(one.case_ids)) for one in report.idle_steps]
    assert told == [(step, steps[step], named(step, steps[step])) for step in ("pay", "ask", "beg")]
    assert [(one.case_id, one.last_activity) for one in report.watched] == [
        (name, "see") for name in named("see", 4)
    ]
    assert report.watched[-1].idle == timedelta(days=61, hours=-1)
    assert (report.cases, report.running, report.alarms) == (316, 36, ())


def test_waiting_exactly_as_long_as_others_is_not_waiting_longer(tmp_path: Path) -> None:
    cases: dict[str, Trace] = {
        str(n): [Step("order", 0), Step("pay", 40 * DAY), sent(80 * DAY)] for n in range(30)
    }
    cases["like them"] = [Step("order", 0)]
    with played(tmp_path, cases) as prepared:
        assert not stalls(prepared, lift_model(), now=START + timedelta(days=40)).watched
        later = stalls(prepared, lift_model(), now=START + timedelta(days=41))
    assert [*(one.case_id for one in later.watched), *(one.case_id for one in later.stalls)] == ["like them"]


def test_what_follows_is_told_by_the_three_steps_that_most_often_do(tmp_path: Path) -> None:
    after = ["pay", "send", "ask", "wait", "drop"]
    cases: dict[str, Trace] = {
        f"{step} {n}": ["order", step, DONE] for rank, step in enumerate(after) for n in range(20 - rank)
    }
    cases["stopped"] = ["order"]
    with played(tmp_path, cases) as prepared:
        shown = case_stall(prepared, lift_model(), "stopped", now=START + timedelta(days=30))
    assert [one.activity for one in shown.stall.followers] == ["pay", "send", "ask"]


def test_in_a_log_without_ends_cases_that_fell_silent_are_listed_apart_and_alarm_nobody(
    tmp_path: Path,
) -> None:
    cases: dict[str, Trace] = {str(n): ["order", "pay", "send"] for n in range(40)}
    cases |= {f"stopped-{n}": ["order"] for n in range(12)}
    now = START + timedelta(days=300)
    with played(tmp_path, cases) as prepared:
        report = stalls(prepared, lift_model(), now=now)
        shown = case_stall(prepared, lift_model(), "stopped-3", now=now)
    assert report.supposed == SupposedEnds("played", 40, 12, 0, ("send",), timedelta(hours=1))
    assert (report.running, report.stalls, report.watched, report.idle_steps) == (0, (), (), ())
    assert [one.case_id for one in report.silent] == sorted(f"stopped-{n}" for n in range(12))
    idle = timedelta(days=300, hours=-1)
    assert {(one.last_activity, one.idle) for one in report.silent} == {("order", idle)}
    assert "12 silent ones, no alarm: they have ended or stand still" in report.as_text()
    assert (shown.stall.state, shown.alarm, shown.stall.followers[0].activity) == ("silent", False, "pay")
    assert "silent: it has ended or stands still" in shown.as_text()
