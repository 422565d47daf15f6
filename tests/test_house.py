"""The house rules of the repository itself."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from eventlogs.floors import FLOORS

ROOT = Path(__file__).parent.parent
HEAVY = "duckdb fastapi lxml numpy openpyxl pandas pm4py prefect psycopg pyarrow pydantic rich scipy uvicorn"
REGISTRIES = r"pypi\s*\.org|pythonhosted|npmjs|tsinghua\.edu|aliyun|files\.python|conda\.anaconda|simple/"
MACHINES = r"(?<![\w.}])/(root|home|work|Users)/\w|\.\./shared|[A-Z]:\\\\Users"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def project_files() -> list[Path]:
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in project_files():
        try:
            found.append((path, path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_help_loads_nothing_heavy() -> None:
    heavy = f"import sys, dashboards.cli; print(*sorted(set(sys.modules) & set('{HEAVY}'.split())))"
    answer = run(sys.executable, "-c", heavy)
    assert (answer.stdout.strip(), answer.stderr) == ("", "")


def test_every_part_of_the_command_line_is_loaded() -> None:
    parts = {f"{floor}.{path.stem}" for floor in FLOORS for path in (ROOT / floor).glob("cli_*.py")}
    loaded = run(sys.executable, "-c", "import sys, dashboards.cli; print(*sys.modules)").stdout.split()
    assert parts - set(loaded) == set()


@pytest.mark.parametrize("module", ["eventlogs.cli_describe", "mining.cli_discovery", "flows.cli_work"])
def test_a_part_of_the_command_line_can_be_loaded_first(module: str) -> None:
    assert run(sys.executable, "-c", f"import {module}").stderr == ""


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_loads_no_floor_above_it(floor: str) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    loading = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module('{floor}')\n"
        f"for found in pkgutil.walk_packages(package.__path__, '{floor}.'):\n"
        "    importlib.import_module(found.name)\n"
        f"print(*sorted(set(sys.modules) & set({above!r})))"
    )
    answer = run(sys.executable, "-c", loading)
    assert (answer.stdout.strip(), answer.returncode) == ("", 0), answer.stderr


@pytest.mark.parametrize(
    ("library", "allowed"), [("prefect", "flows/"), ("pm4py", "mining/pm4py_bridge.py"), ("graphviz", "")]
)
def test_a_library_is_imported_only_where_it_belongs(library: str, allowed: str) -> None:
    importing = set()
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                else:
                    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if any(name.partition(".")[0] == library for name in names):
                    importing.add(str(path.relative_to(ROOT)))
    if allowed:
        assert all(name.startswith(allowed) for name in importing), importing
    else:
        assert len(importing) <= 1, importing


def test_no_file_names_a_registry_or_a_machine() -> None:
    own = Path(__file__).resolve()
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        if path != own
        for match in re.finditer(f"{REGISTRIES}|{MACHINES}", text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "lock", [*ROOT.glob("*.lock"), *(ROOT / "benchmarks").glob("*.lock")], ids=lambda path: path.name
)
def test_a_lock_pins_packages_and_names_no_address(lock: Path) -> None:
    lines = lock.read_text("utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []
    pinned = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+", line) for line in pinned)


def test_both_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0].items() <= pins[1].items()


def test_the_licence_is_the_official_text() -> None:
    official = "8486a10c4393cee1c25392769ddd3b2d6c242d6ec7928e1414efff7dfb2f07ef"
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == official


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets is not None
    assert re.findall(r"^make (\w+) ", run("make", "help").stdout, re.MULTILINE) == targets[1].split()
    assert run("make").stdout == run("make", "help").stdout


@pytest.mark.xdist_group("kept_together")
def test_tests_of_one_group_are_kept_in_one_process(request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    assert alone or request.node.nodeid.endswith("@kept_together")


def test_what_the_machine_runs_is_what_a_user_runs() -> None:
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "set -eu",
        'cd "$(dirname "$0")/.."',
        "exec make test",
    ]


def test_a_module_is_one_screenful_of_ideas() -> None:
    long = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for floor in (*FLOORS, "tests", "benchmarks")
        for path in (ROOT / floor).rglob("*.py")
        if len(path.read_text("utf-8").splitlines()) > (300 if floor in FLOORS else 600)
    }
    assert long == {}


def test_no_module_is_named_for_nothing() -> None:
    named = {path.stem for floor in FLOORS for path in (ROOT / floor).rglob("*.py")}
    assert not named & {"utils", "helpers", "common", "misc", "util", "helper"}


def test_a_wheel_carries_every_data_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in project_files():
        if path.relative_to(ROOT).parts[0] in {*FLOORS, "pyproject.toml", "README.md", "LICENSE"}:
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "-q",
            "-w",
            tmp_path,
            source,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(source))
        for floor in FLOORS
        for path in (source / floor).rglob("*")
        if path.is_file()
    }
    assert wanted - carried == set()


@pytest.mark.parametrize(
    ("locale", "told"), [("C.UTF-8", "needs Python 3.11"), ("zh_CN.UTF-8", "本项目需要")]
)
def test_setting_up_without_a_fit_python_says_what_to_install(tmp_path: Path, locale: str, told: str) -> None:
    make = shutil.which("make")
    assert make is not None
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (tmp_path / name).write_text("#!/bin/sh\necho broken >&2\nexit 127\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    answer = subprocess.run(
        [make, "--always-make", ".venv/installed"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "LANG": locale},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert told in answer.stderr
    assert "broken" not in answer.stderr
