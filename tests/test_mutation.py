"""The mutation runner: which faults it puts into a text, and what becomes of them."""

import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tools.mutation.mutants import mutants
from tools.mutation.parts import PARTS, parts_named
from tools.mutation.python_edits import python_edits
from tools.mutation.results import equivalent
from tools.mutation.running import stamp
from tools.mutation.sql_edits import Edit, parsing, sql_edits

ROOT = Path(__file__).parent.parent
TRIED = """
import json, sys
from tools.mutation.running import try_mutants
done = try_mutants(["eventlogs/amounts.py", "mining/sql/rules/choice.sql"], [sys.argv[1]])
print()
print(json.dumps({one.mutant.key: one.fate for one in done.trials}))
"""
MOVED = """
import sys
from itertools import chain, repeat
from tools.mutation import running
running.stamp = chain([0, 0], repeat(1)).__next__  # begun with, after the first trial, from then on
done = running.try_mutants(["eventlogs/amounts.py"], [sys.argv[1]])
print()
print(len(done.trials), done.is_moved)
"""
TESTS = """
from eventlogs.amounts import share_text, span_text
from eventlogs.sql_files import sql

def test_seconds_end_where_minutes_begin():
    assert span_text(60) == "1 minute"
    assert span_text(None) == "–"

def test_a_choice_looks_at_both():
    assert sql("rules/choice", "mining").count("AND case_no NOT IN") == 1
"""


STUCK = """
import sys, threading, time
from tools.mutation.running import end_when_still
end_when_still(0.5)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    pass
print("worked", flush=True)
threading.Event().wait()
"""


def faults(text: str, edits: list[Edit]) -> set[str]:
    return {text[: one.start] + one.replacement + text[one.end :] for one in edits}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("SELECT 1 WHERE a < b", "SELECT 1 WHERE a <= b"),
        ("SELECT 1 WHERE a = 'it' AND b", "SELECT 1 WHERE a = 'it' OR b"),
        ("SELECT 1 WHERE a BETWEEN 1 AND 2 AND b", "SELECT 1 WHERE true AND b"),
        ("SELECT min(a) FROM b", "SELECT max(a) FROM b"),
        ("FROM a LEFT JOIN b USING (c)", "FROM a JOIN b USING (c)"),
        ("FROM a JOIN b USING (c)", "FROM a LEFT JOIN b USING (c)"),
        ("FROM a ORDER BY b, c DESC", "FROM a ORDER BY b DESC, c DESC"),
        ("FROM a ORDER BY b, c DESC", "FROM a ORDER BY b, c "),
        ("FROM a WHERE NOT EXISTS (FROM b)", "FROM a WHERE EXISTS (FROM b)"),
        ("FROM a WHERE b IS NULL", "FROM a WHERE b IS NOT NULL"),
        ("SELECT coalesce(a, 0) FROM b", "SELECT coalesce(a) FROM b"),
        ("SELECT lag(a) OVER (PARTITION BY b ORDER BY c) FROM d", "SELECT lag(a) OVER (ORDER BY c) FROM d"),
        ("FROM a UNION FROM b", "FROM a UNION ALL FROM b"),
        ("SELECT a + 1", "SELECT a + 2"),
    ],
)
def test_a_fault_of_each_kind_is_put_into_a_statement(statement: str, fault: str) -> None:
    assert fault in faults(statement, parsing(statement, sql_edits(statement)))


def test_a_statement_that_duckdb_cannot_read_is_no_mutant_and_remarks_are_left_alone() -> None:
    assert parsing("UPDATE a SET b = 3 -- c < d", sql_edits("UPDATE a SET b = 3 -- c < d")) == [
        Edit(17, 18, "4")
    ]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("return a < b", "return (a <= b)"),
        ("return a and not b", "return (a or not b)"),
        ("return [one for one in a if one]", "return [one for one in a if (not one)]"),
        ("b.append(a + 1)", "b.append((a - 1))"),
        ("b.append(a)", "pass"),
        ("return a", "return None"),
        ("return min(a)", "return max(a)"),
        ("b.execute('SELECT a < 1')", "b.execute('SELECT a <= 1')"),
    ],
)
def test_a_fault_of_each_kind_is_put_into_a_function(body: str, fault: str) -> None:
    text = f"def f(a, b):\n    '''Words.'''\n    {body}\n"
    assert fault in {changed.splitlines()[-1].strip() for changed in faults(text, python_edits(text))}


def test_what_only_people_read_is_left_alone() -> None:
    text = 'def f(a):\n    return say("more than 3", n=a + 1)\n'
    assert faults(text, python_edits(text)) == {"def f(a):\n    return None\n"}


def last_line(script: str, folder: Path) -> str:
    """Run a script with a file of two tests and return what it says last."""
    file = folder / "test_tiny.py"
    file.write_text(TESTS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", script, file],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_what_tests_notice_is_killed_and_what_they_do_not_survives(tmp_path: Path) -> None:
    fates = json.loads(last_line(TRIED, tmp_path))
    bound = "eventlogs/amounts.py: if size < _MINUTE: => if (size <= _MINUTE):"
    assert fates[bound] == "killed"
    assert fates[bound.replace("_MINUTE", "_DAY")] == "survived"
    connective = (
        "WHERE case_no NOT IN (SELECT case_no FROM rule_a) {} case_no NOT IN (SELECT case_no FROM rule_b)"
    )
    assert (
        fates[f"mining/sql/rules/choice.sql: {connective.format('AND')} => {connective.format('OR')}"]
        == "killed"
    )
    assert fates['eventlogs/amounts.py: return f"{100 * share:.1f} %" => return None'] == "not reached"


def test_a_run_ends_as_files_change_under_it_and_keeps_what_came_before(tmp_path: Path) -> None:
    assert last_line(MOVED, tmp_path) == "1 True"
    statement = tmp_path / "mining" / "sql" / "one.sql"
    statement.parent.mkdir(parents=True)
    stamps = [stamp(tmp_path)]
    statement.write_text("SELECT 1", "utf-8")
    stamps += [stamp(tmp_path), stamp(tmp_path)]
    os.utime(statement, ns=(1, 1))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").touch()
    stamps += [stamp(tmp_path)]
    assert [one == other for one, other in pairwise(stamps)] == [False, True, False]


def test_threads_that_wait_for_one_another_are_ended_and_those_at_work_are_not() -> None:
    done = subprocess.run([sys.executable, "-c", STUCK, "2"], capture_output=True, timeout=60, cwd=ROOT)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"worked\n")


def test_every_part_names_files_and_tests_that_are_there() -> None:
    assert [part.name for part in PARTS if not part.files()] == []
    tests = {name for part in PARTS for name in part.tests}
    assert [name for name in tests if not (ROOT / "tests" / name).exists()] == []
    assert [part.name for part, _ in parts_named("sql/conformance")] == ["verdicts"]


def test_every_mutant_said_to_be_equivalent_is_one_of_the_mutants_and_has_a_reason() -> None:
    paths = {key.split(": ")[0] for key in equivalent()}
    known = {mutant.key for mutant in mutants(sorted(paths))}
    assert [key for key in equivalent() if key not in known] == []
    assert all(reason.endswith(".") for reason in equivalent().values())
