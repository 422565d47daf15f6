"""Connections whose parameters wait for nobody's DataFrames, and still take them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from running import ran

from eventlogs.connecting import connect

ASKED = """
import sys
from eventlogs.connecting import connect
with connect() as connection:
    with connection.cursor() as beside:
        beside.execute("SELECT $text, $list, $nothing", {"text": "a", "list": ["b"], "nothing": None})
        asked = [beside.fetchall(), connection.execute("SELECT ?", (4,)).fetchone()]
        assert asked == [[("a", ["b"], None)], (4,)], asked
assert not {"pandas", "numpy", "pyarrow"} & set(sys.modules)
"""
COMMANDS = """
import sys
from pathlib import Path
from running import ran
for line in ("log list", "log describe lifts", "log check lifts", "mine map lifts", "mine variants lifts"):
    assert ran(line, Path(sys.argv[1]))[0] == 0, line
print(*sorted({"pandas", "numpy", "pyarrow"} & set(sys.modules)))
"""
RULES = """
import sys
from pathlib import Path
from running import ran
assert ran(f"mine rules lifts --rules {sys.argv[2]}", Path(sys.argv[1]))[0] == 0
print(*sorted({"pandas", "pyarrow"} & set(sys.modules)))
"""
RULE = """
[[rule]]
name = "asked before"
template = "precedence"
activity_a = "hear"
activity_b = "sign"
may_be_unknown = true
"""
ROOT = Path(__file__).parent.parent
SAMPLE = "eventlogs/sample/simulated_lift_projects.xes.gz"


def asked(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    here = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=here.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as opened:
        yield opened


def test_a_parameter_brings_no_dataframe_library_along() -> None:
    answer = asked(ASKED)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_commands_that_read_a_log_load_no_dataframe_library(tmp_path: Path) -> None:
    assert ran(f"log import {ROOT / SAMPLE} --log lifts", tmp_path)[0] == 0
    loaded = asked(COMMANDS, str(tmp_path))
    assert (loaded.returncode, loaded.stdout.strip(), loaded.stderr) == (0, "", "")


def test_rules_about_sequences_load_no_dataframe_library_for_their_arrays(tmp_path: Path) -> None:
    assert ran(f"log import {ROOT / SAMPLE} --log lifts", tmp_path)[0] == 0
    (tmp_path / "rules.toml").write_text(RULE, "utf-8")
    loaded = asked(RULES, str(tmp_path), str(tmp_path / "rules.toml"))
    assert (loaded.returncode, loaded.stdout.strip(), loaded.stderr) == (0, "", "")


def test_pandas_is_taken_where_it_is_used(connection: duckdb.DuckDBPyConnection) -> None:
    import pandas as pd

    waits = pd.DataFrame({"days": [1, 2]})
    given = [pd.NaT, pd.NA, pd.Timestamp("2024-03-04T09:30:00"), "a"]
    assert connection.execute("SELECT ?, ?, ?::VARCHAR, ?", given).fetchall() == [
        (None, None, "2024-03-04 09:30:00", "a")
    ]
    assert connection.execute("SELECT sum(days) FROM waits").fetchone() == (waits["days"].sum(),)
    assert connection.execute("SELECT 1 AS days").df()["days"].tolist() == [1]
