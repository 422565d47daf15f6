"""`python -m tools.site`: build the site into build/docs, refusing whatever is linked and not there."""

import os
import subprocess
import sys
from pathlib import Path

from tools.site import decisions, dictionary, notebook
from tools.site.reference import http_reference, python_reference
from tools.site.staging import ROOT, stage

QUIETLY = {"NO_MKDOCS_2_WARNING": "1"}
SEARCH = ROOT / "build/docs/search/search_index.js"
CONFIG = Path(__file__).parent / "mkdocs.yml"


def build() -> int:
    """Build the site; any warning fails it."""
    dictionary.write()
    notebook.write()
    staged = stage()
    for name, text in {
        "decisions/README.md": decisions.listed("en"),
        "decisions/README.zh.md": decisions.listed("zh"),
        "reference/python.md": python_reference(),
        "reference/http.md": http_reference("en"),
        "reference/http.zh.md": http_reference("zh"),
    }.items():
        (staged / name).parent.mkdir(exist_ok=True)
        (staged / name).write_text(text, "utf-8")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--clean",
        "--config-file",
        str(CONFIG),
    ]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | QUIETLY, check=False).returncode
    if not done:
        _search_whole()
        sys.stderr.write("The site is in build/docs: open index.html in a browser\n")
    return done


def _search_whole() -> None:
    """Search all languages from a folder too: the script holds the index of the language built last."""
    whole = SEARCH.with_suffix(".json").read_text("utf-8")
    SEARCH.write_text(f"var __index = {whole}", "utf-8")


if __name__ == "__main__":
    sys.exit(build())
