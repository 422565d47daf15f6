"""The Makefile sets up what the project needs, and again when it no longer works."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SET_UP = 'from pathlib import Path\nprint("set up")\nPath(".venv/installed").touch()\n'


def test_an_environment_is_made_once_and_anew_when_its_python_is_gone(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/set_up.py").write_text(SET_UP)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for needed in ("pyproject.toml", "requirements-dev.lock"):
        (tmp_path / needed).touch()

    def made() -> str:
        command = ["make", "--no-print-directory", "install", f"PYTHON={sys.executable}"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "set up" in made()
    assert "set up" not in made()
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert "set up" in made()
