"""`make demo`, as a user runs it, in a directory of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    for name in ("demo.sh", "demo_plants.toml"):
        (tmp_path / "tools" / name).write_bytes((ROOT / "tools" / name).read_bytes())
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    return tmp_path


def demo(
    checkout: Path, *words: str, locale: str = "C.UTF-8", **asked: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1", "SERVE": "0"} | asked
    return subprocess.run(
        ["sh", "tools/demo.sh", *words],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("asked", "through_prefect"), [({}, True), ({"PREFECT": "0"}, False)])
def test_the_demo_plays_through_prefect_unless_told_not_to(
    checkout: Path, asked: dict[str, str], through_prefect: bool
) -> None:
    (checkout / ".venv/bin").unlink()
    (checkout / ".venv/bin").mkdir()
    (checkout / ".venv/bin/retrofit").write_text("#!/bin/sh\n", "utf-8")
    (checkout / ".venv/bin/retrofit").chmod(0o755)
    shown = demo(checkout, **asked).stdout
    (cohort,) = (line for line in shown.splitlines() if "simulate" in line and "--log cohort" in line)
    assert ("--prefect" in cohort) == through_prefect


def test_the_demo_plays_judges_grades_compares_and_reports(checkout: Path) -> None:
    shown = demo(checkout, PREFECT="0")
    assert shown.returncode == 0, shown.stderr
    assert "no project in it is real" in shown.stdout
    parts = shown.stdout.split("\n$ retrofit ")
    played = next(part for part in parts if part.startswith("project list"))
    assert played.count("Completed") == 7
    assert "Objection unresolved" in played
    stalled = next(part for part in parts if part.startswith("mine stalls"))
    assert "5 running ones are stalled" in stalled
    assert "Waiting for money" in stalled
    graded = next(part for part in parts if part.startswith("mine grade"))
    shares = re.findall(r"([\d.]+) %", graded)
    assert len(shares) == 14
    assert all(float(share) >= 95 for share in shares)
    texts = [
        "".join(ElementTree.parse(checkout / f"demo/cities.{language}.svg").getroot().itertext())
        for language in ("en", "zh")
    ]
    assert "Owners vote on the lift" in texts[0]
    assert "业主表决" in texts[1]
    assert "Where projects stalled" in (checkout / "demo/report.en.html").read_text("utf-8")
    assert "项目在哪里停滞" in (checkout / "demo/report.zh.html").read_text("utf-8")


def test_the_demo_takes_a_log_of_ones_own_speaks_chinese_and_a_second_run_changes_nothing(
    checkout: Path,
) -> None:
    rows = ["case,activity,timestamp,district"]
    for n in range(12):
        district = "东区" if n % 2 else "西区"
        rows += [f"{n},申请,2024-03-{n + 1:02} 09:00:00,{district}"]
        rows += [f"{n},审查,2024-04-{n + 1:02} 10:00:00,{district}"]
    (checkout / "街道 2024.csv").write_text("\n".join(rows), "utf-8")
    words = ("街道 2024.csv", "district")
    first = demo(checkout, *words, locale="zh_CN.UTF-8")
    assert first.returncode == 0, first.stderr
    assert "流程图在 demo/街道 2024.zh.svg" in first.stdout
    assert "审查" in (checkout / "demo/街道 2024.zh.svg").read_text("utf-8")
    assert "东区" in (checkout / "demo/街道 2024.report.zh.html").read_text("utf-8")
    second = demo(checkout, words[0], locale="zh_CN.UTF-8")  # what needs no city again
    assert second.returncode == 0, second.stderr
    described, compared = "\n$ retrofit log describe", "\n$ retrofit mine compare"
    told = first.stdout.partition(described)[2].partition(compared)[0]
    assert told
    assert second.stdout.partition(described)[2].startswith(told)
