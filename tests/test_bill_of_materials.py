"""Every locked package stands in the bill of materials, under a licence that AGPL-3.0-or-later goes with."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Licences whose works may be part of one under AGPL-3.0-or-later, as the packages spell them
COMPATIBLE = re.compile(
    r"0BSD|AGPL-3\.0-or-later|Apache Software License|\(?Apache-2\.0|BSD( License|-2-Clause|-3-Clause)|"
    r"CC0-1\.0|"
    r"CNRI-Python|GNU General Public License v2 or later \(GPLv2\+\)|GNU General Public License \(GPL\)|"
    r"ISC( License \(ISCL\))?|LGPL-3\.0-only|MIT( License|-0|-CMU)?\)?|"
    r"Mozilla Public License 2\.0 \(MPL 2\.0\)|"
    r"MPL-2\.0|OFL-1\.1|PSF-2\.0|Python Software Foundation License|The Unlicense \(Unlicense\)|Zlib|"
    r"Artistic License|CVXOPT version 1\.3"  # CVXOPT's own words: GPL version 3 or later
)
# EPL-2.0 names no secondary licence here: graphviz-pure is a command of its own, which the engine runs as a
# separate program and hands text; leaving it out costs the drawings alone
APART = {"graphviz-pure": "EPL-2.0"}


def test_the_bill_lists_every_locked_package_with_a_licence_that_fits(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, "tools/bill_of_materials.py", str(file)], cwd=ROOT, check=True)
    told = json.loads(file.read_text("utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    pinned = re.findall(
        r"^([\w.-]+)(?:\[.*\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )
    assert [it["name"] for it in told["components"]] == pinned
    assert all(re.fullmatch(r"pkg:pypi/[a-z0-9-]+@\S+", it["purl"]) for it in told["components"])
    wrong = {}
    for it in told["components"]:
        licence = it["licenses"][0]["license"]["name"]
        parts = [part for part in re.split(r" AND | OR |; ", licence) if part.strip(" ()")]
        unfit = [part for part in parts if not COMPATIBLE.fullmatch(part) and part != APART.get(it["name"])]
        if unfit:
            wrong[it["name"]] = unfit
    assert wrong == {}


def test_an_audit_that_cannot_ask_says_so() -> None:
    asking = "import audit; audit.registry = lambda: 'http://127.0.0.1:9'; raise SystemExit(audit.main())"
    told = subprocess.run(
        [sys.executable, "-c", asking], cwd=ROOT / "tools", capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert "could not be asked" in told.stderr
