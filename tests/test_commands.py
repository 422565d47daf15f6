"""What every command has in common, tried on commands made for it."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.commands import (
    FileName,
    Group,
    Session,
    answers,
    default_data_directory,
    language_asked_for,
    option,
    options_first,
    run,
    with_console,
)
from eventlogs.console import Console, TerminalConsole
from eventlogs.errors import UnknownLogError

settings_given = st.sampled_from(
    [["--lang", "zh"], ["--lang=en"], ["--data", "x"], ["--data=a b"], ["--debug"]]
)
other_words = st.sampled_from([["log"], ["list"], ["--json"], ["--file", "f"], ["a=b"], ["--log=x"]])


@dataclass(frozen=True)
class Greeting:
    name: str
    file: Path

    def as_text(self) -> str:
        return f"hello {self.name}"


@click.group(cls=Group, help="Try commands out.")
@option("--data", type=FileName(), help="Where.")
@option("--lang", type=click.Choice(["zh", "en"]), help="Which.")
def trial(data: Path | None, lang: str | None) -> None:
    """Hold the commands."""


@trial.command("greet", help="Greet.")
@click.argument("name")
@option("--file", type=FileName(), default="a.txt", help="A file.")
@answers
@with_console
def greet(console: Console, name: str, file: Path) -> Greeting:
    """Greet, or refuse."""
    console.note("narration")
    if name == "nobody":
        raise UnknownLogError("there is no log named {log}", log=name)
    return Greeting(name, file)


def tried(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = run(trial, argv, Session(TerminalConsole(out, err), Path("/data"), argv))
    return status, out.getvalue(), err.getvalue()


def test_an_answer_is_data_on_stdout_and_narration_on_stderr() -> None:
    assert tried("greet", "you") == (0, "hello you\n", "narration\n")


def test_json_has_the_fields_of_the_answer_by_name() -> None:
    status, out, _ = tried("greet", "you", "--json", "--file", "/b.txt")
    assert (status, json.loads(out)) == (0, {"name": "you", "file": "/b.txt"})


def test_a_refusal_exits_with_one_and_one_sentence() -> None:
    assert tried("greet", "nobody") == (1, "", "narration\nthere is no log named nobody\n")


@pytest.mark.parametrize("argv", [("greet",), ("greet", "a", "b"), ("gret",), ("greet", "a", "--no"), ()])
def test_wrong_usage_exits_with_two_and_leaves_stdout_empty(argv: tuple[str, ...]) -> None:
    status, out, err = tried(*argv)
    assert (status, out) == (2, "")
    assert "retrofit" in err


def test_a_misspelt_command_is_told_what_it_may_have_meant() -> None:
    assert "'greet'" in tried("gret")[2]


def test_a_file_name_is_meant_against_the_readers_directory() -> None:
    _, out, _ = tried("greet", "you", "--json")
    assert json.loads(out)["file"] == str(Path.cwd() / "a.txt")


@settings(max_examples=100)
@given(st.lists(st.one_of(settings_given, other_words), max_size=8))
def test_options_first_moves_settings_to_the_front_and_nothing_else(pieces: list[list[str]]) -> None:
    moved = [piece for piece in pieces if piece[0].startswith(("--lang", "--data", "--debug"))]
    stayed = [word for piece in pieces if piece not in moved for word in piece]
    front = [part for piece in moved for part in (piece[0].split("=") if "=" in piece[0] else piece)]
    ordered = options_first([word for piece in pieces for word in piece])
    assert ordered == front + stayed
    assert options_first(ordered) == ordered


def test_words_after_two_dashes_are_not_options() -> None:
    assert options_first(["greet", "--", "--lang", "zh"]) == ["greet", "--", "--lang", "zh"]
    assert tried("greet", "--", "--lang")[1] == "hello --lang\n"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
    ],
)
def test_the_locale_chooses_the_language_unless_it_is_asked_for(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_asked_for(["log"]) == language
    assert language_asked_for(["log", "--lang", "zh"]) == "zh"
    assert language_asked_for(["--lang=en", "log"]) == "en"


def test_data_lives_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RETROFIT_DATA", str(tmp_path))
    assert default_data_directory() == tmp_path
    monkeypatch.delenv("RETROFIT_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert default_data_directory() == tmp_path / "share/retrofit"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_the_shells_own(shell: str) -> None:
    written = retrofit("completion", shell)
    assert written.returncode == 0
    assert "_RETROFIT_COMPLETE" in written.stdout


@pytest.mark.parametrize(
    ("line", "offered"), [("vocab", "vocabulary"), ("vocabulary hold", "hold-causes"), ("log im", "import")]
)
def test_bash_completes_commands_once_it_has_read_the_script(line: str, offered: str) -> None:
    words = f"retrofit {line}"
    script = (
        f'PATH="{Path(command()).parent}:$PATH"; source <(retrofit completion bash); COMP_WORDS=({words}); '
        f'COMP_CWORD={len(words.split()) - 1}; _retrofit_completion retrofit; echo "${{COMPREPLY[@]}}"'
    )
    completed = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert completed.stdout.split() == [offered]


def test_file_names_are_left_to_the_shell() -> None:
    asked = {"_RETROFIT_COMPLETE": "bash_complete", "COMP_WORDS": "retrofit --data x", "COMP_CWORD": "2"}
    assert retrofit(environment=asked).stdout.strip() == "file,x"


def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    piped = subprocess.run(
        f"{command()} vocabulary activities | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (piped.returncode, piped.stderr) == (0, "")


def test_the_version_is_that_of_the_package_in_both_languages() -> None:
    from importlib.metadata import version

    for language in ("zh", "en"):
        assert version("retrofit-engine") in retrofit("--version", "--lang", language).stdout


def command() -> str:
    return str(Path(sys.executable).parent / "retrofit")


def retrofit(*argv: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command(), *argv],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
    )
