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
    (tmp_path / "tools/demo.sh").write_bytes((ROOT / "tools/demo.sh").read_bytes())
    (tmp_path / "eventlogs").symlink_to(ROOT / "eventlogs")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    return tmp_path


def demo(checkout: Path, *log: str, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1"}
    return subprocess.run(
        ["sh", "tools/demo.sh", *log],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demo_imports_tells_and_draws_and_a_second_run_changes_nothing(checkout: Path) -> None:
    first = demo(checkout)
    assert first.returncode == 0, first.stderr
    assert "none of it real" in first.stdout
    played, mined = first.stdout.split("$ retrofit log import")
    assert "Objection unresolved" in played
    assert "7 completed, 5 failed" in played
    assert (checkout / "demo/truth.json").exists()
    assert "60 cases" in mined
    assert not re.search(r"[\u4e00-\u9fff]", mined + first.stderr)
    maps = [checkout / f"demo/simulated_lifts.{language}.svg" for language in ("en", "zh")]
    texts = ["".join(ElementTree.parse(drawing).getroot().itertext()) for drawing in maps]
    assert "Owners vote on the lift" in texts[0]
    assert "业主表决" in texts[1]
    second = demo(checkout)
    assert second.returncode == 0, second.stderr
    assert "already imported" in second.stdout + second.stderr
    assert second.stdout.split("describe")[1] == first.stdout.split("describe")[1]


def test_the_demo_takes_a_log_of_ones_own_and_speaks_chinese(checkout: Path) -> None:
    rows = ["case,activity,timestamp", "1,申请,2024-03-01 09:00:00", "1,审查,2024-03-02 10:00:00"]
    (checkout / "街道 2024.csv").write_text("\n".join(rows), "utf-8")
    shown = demo(checkout, "街道 2024.csv", locale="zh_CN.UTF-8")
    assert shown.returncode == 0, shown.stderr
    assert "流程图在 demo/街道 2024.zh.svg" in shown.stdout
    assert "审查" in (checkout / "demo/街道 2024.zh.svg").read_text("utf-8")
