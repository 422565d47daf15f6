"""Variants and maps of roles and tools are those counted by hand from each event's role and tool."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from running import ran

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.vocabulary import terms
from mining.cases.case_filter import CaseFilter, filtered
from mining.cases.levels import Level, LevelledLog, NoSuchLevelError, at_level
from mining.discovery.directly_follows import directly_follows, waits
from mining.discovery.process_map import process_map
from mining.discovery.variants import variants

# activity, recorded role, then the role and tool it is seen as
STEPS = {
    "p": ("publicise_policy", None, "coordinator", "empowerment"),
    "r": ("publicise_policy", "coordinator", "coordinator", "empowerment"),
    "s": ("set_cost_sharing", "action_leader", "action_leader", "joint_decision"),
    "t": ("set_cost_sharing", "opinion_leader", "opinion_leader", "will_unification"),
    "o": ("a step of our own", None, None, None),
    "g": ("a step of our own", "guest", "guest", None),
}
CASES = ["prst", "pprr", "opsoost", "gs", "o", "ssgt", "prst"]
START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def log(ledger: DuckDBLedger) -> PreparedLog:
    ledger.create_log("log", simulated=True)
    for number, case in enumerate(CASES):
        events = [
            Event(
                f"{number}/{place}",
                f"case {number}",
                STEPS[step][0],
                START + timedelta(hours=place**2),
                role=STEPS[step][1],
            )
            for place, step in enumerate(case)
        ]
        ledger.append("log", events)
    return prepare(ledger, "log")


def traces(level: Level, *, collapsed: bool) -> list[list[tuple[str, int]]]:
    """Return the words of each case that has any, each with its hour."""
    place = {"activity": 0, "role": 2, "tool": 3}[level]
    found = []
    for case in CASES:
        trace = [
            (word, hour**2) for hour, step in enumerate(case) if (word := STEPS[step][place]) is not None
        ]
        if collapsed:
            trace = [next(run) for _, run in groupby(trace, key=lambda seen: seen[0])]
        if trace:
            found.append(trace)
    return found


@pytest.mark.parametrize("collapsed", [False, True])
@pytest.mark.parametrize("level", ["activity", "role", "tool"])
def test_each_level_is_mined_as_a_log_of_its_words(log: PreparedLog, level: Level, collapsed: bool) -> None:
    seen, wanted = at_level(log, level, collapsed=collapsed), traces(level, collapsed=collapsed)
    words = [tuple(word for word, _ in trace) for trace in wanted]
    assert {one.activities: one.count for one in variants(seen).variants} == Counter(words)
    assert directly_follows(seen) == Counter(pair for trace in words for pair in pairwise(trace))
    spans = [(one[0], two[0], 3600 * (two[1] - one[1])) for trace in wanted for one, two in pairwise(trace)]
    for (source, target), wait in waits(seen).items():
        between = [span for one, two, span in spans if (one, two) == (source, target)]
        assert wait.mean == pytest.approx(sum(between) / len(between))
    assert process_map(seen).start_activities == Counter(trace[0] for trace in words)


def test_what_is_left_out_is_counted(log: PreparedLog) -> None:
    seen = at_level(log, "tool")
    assert isinstance(seen, LevelledLog)
    assert (seen.n_cases, seen.n_all_cases, seen.n_all_events) == (6, 7, sum(map(len, CASES)))
    assert seen.n_events == sum(len(trace) for trace in traces("tool", collapsed=False))


def test_a_filtered_log_can_be_seen_by_roles_too(log: PreparedLog) -> None:
    some = filtered(log, CaseFilter(with_activities=("a step of our own",)))
    assert {one.activities for one in variants(at_level(some, "role")).variants} == {
        ("coordinator", "action_leader", "action_leader", "opinion_leader"),
        ("guest", "action_leader"),
        ("action_leader", "action_leader", "guest", "opinion_leader"),
    }


def test_a_log_without_roles_is_refused_in_a_sentence(ledger: DuckDBLedger) -> None:
    ledger.create_log("bare")
    ledger.append("bare", [Event("1", "a", "a step of our own", START)])
    with pytest.raises(NoSuchLevelError, match="can be seen by tools"):
        at_level(prepare(ledger, "bare"), "tool")


def test_no_key_is_an_activity_and_a_role_or_tool() -> None:
    keys = [key for kind in ("activities", "roles", "tools") for key in terms(kind)]
    assert len(keys) == len(set(keys))


def test_the_commands_show_roles_and_tools_by_their_labels(log: PreparedLog, tmp_path: Path) -> None:
    log.ledger.close()
    status, out, _ = ran("--lang zh mine variants log --level role --collapse", tmp_path)
    assert status == 0
    assert out.startswith("按角色看，连续相同的算一次：")
    assert "→ 行动领袖 → 意见领袖" in out
    status, out, _ = ran("mine variants log --level tool --with publicise_policy --json", tmp_path)
    answer = json.loads(out)
    assert (answer["level"], answer["collapsed"], answer["filter"]["cases"]) == ("tool", False, 4)
    status, _, _ = ran(f"--lang zh mine map log --level role -o {tmp_path}/roles.svg", tmp_path)
    assert "意见领袖" in (tmp_path / "roles.svg").read_text("utf-8")
