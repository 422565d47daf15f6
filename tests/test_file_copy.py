import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from eventlogs.ledger.file_copy import copy_held

OPENING = "import sys, duckdb; duckdb.connect(sys.argv[1])"


def test_a_copied_file_stays_locked_for_others(tmp_path: Path) -> None:
    file = tmp_path / "events.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE t (n INTEGER); CHECKPOINT")
        copy_held(file, tmp_path / "copy.duckdb")
        opened = subprocess.run([sys.executable, "-c", OPENING, str(file)], capture_output=True, check=False)
        assert opened.returncode != 0
        assert b"lock" in opened.stderr
    assert (tmp_path / "copy.duckdb").read_bytes() == file.read_bytes()


def test_a_copy_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        copy_held(tmp_path / "nothing", tmp_path / "copy")
