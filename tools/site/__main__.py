"""`python -m tools.site`: build the site into build/docs, refusing whatever is linked and not there."""

import os
import subprocess
import sys
from pathlib import Path

from tools.site import decisions, dictionary
from tools.site.reference import http_reference, python_reference
from tools.site.staging import ROOT, stage

QUIETLY = {"NO_MKDOCS_2_WARNING": "1"}
CONFIG = Path(__file__).parent / "mkdocs.yml"


def build() -> int:
    """Build the site; any warning fails it."""
    dictionary.write()
    staged = stage()
    for name, text in {
        "decisions/README.md": decisions.listed(),
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
        sys.stderr.write("The site is in build/docs: open index.html in a browser\n")
    return done


if __name__ == "__main__":
    sys.exit(build())
