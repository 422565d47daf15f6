"""A fault of the engine itself is one sentence and a file for who mends it, never a raw traceback."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from dashboards.cli import retrofit
from eventlogs.commands import Command, run_here
import click

@retrofit.command("stumble", cls=Command, help="Stumble.")
@click.argument("person")
def stumble(person):
    try:
        int(person)
    except ValueError as error:
        raise KeyError(person) from error

sys.exit(run_here(retrofit))
"""


def stumbled(data: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--data", str(data), "stumble", "张三", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_fault_is_told_in_one_sentence_and_kept_without_anybodys_name(tmp_path: Path) -> None:
    status, told = stumbled(tmp_path, "--lang", "en")
    (file,) = (tmp_path / "faults").iterdir()
    assert status == 70
    assert told.startswith("the engine met a fault of its own (KeyError)")
    assert (told.count("\n"), str(file) in told) == (1, True)
    kept = file.read_text("utf-8")
    assert "builtins.KeyError: builtins.ValueError" in kept
    assert "command: retrofit stumble" in kept
    assert "in stumble" in kept
    assert "张三" not in kept
    assert file.stat().st_mode & 0o077 == 0


def test_it_is_told_in_chinese_too(tmp_path: Path) -> None:
    assert "引擎自身出现故障（KeyError）" in stumbled(tmp_path, "--lang", "zh")[1]


def test_where_the_data_cannot_hold_the_file_another_place_does(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    told = stumbled(tmp_path / "data", "--lang", "en")[1]
    kept = Path(told.partition("; ")[2].partition(" says")[0])
    assert kept.is_file()
    kept.unlink()


def test_with_debug_it_is_shown_where(tmp_path: Path) -> None:
    status, told = stumbled(tmp_path, "--debug")
    assert (status, "Traceback" in told, "in stumble" in told) == (1, True, True)
    assert not (tmp_path / "faults").exists()
