"""The bill of materials of the locked packages, in CycloneDX's JSON, made offline from what is installed.

`python tools/bill_of_materials.py [FILE]` writes it to FILE, else to build/sbom.json.
"""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!]+)", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "


def bill() -> dict[str, Any]:
    """Return the bill of materials: the engine, and each locked package with version and licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    engine = {
        "type": "application",
        "bom-ref": project["name"],
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"expression": project["license"]}],
    }
    pins = PINNED.findall(LOCK.read_text("utf-8"))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": engine},
        "components": [component(name, version) for name, version in pins],
        "dependencies": [{"ref": project["name"], "dependsOn": [address(*pin) for pin in pins]}],
    }


def component(name: str, version: str) -> dict[str, Any]:
    """Return one package as a component."""
    return {
        "type": "library",
        "bom-ref": address(name, version),
        "name": name,
        "version": version,
        "purl": address(name, version),
        "licenses": [{"license": {"name": licence_of(name)}}],
    }


def address(name: str, version: str) -> str:
    """Return a package's address among all packages.

    >>> address("Zope.Interface", "7.1")
    'pkg:pypi/zope-interface@7.1'
    """
    return f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"


def licence_of(name: str) -> str:
    """Return the licence that an installed package declares: in a line, or by its classifiers."""
    declared = metadata.metadata(name).json
    listed = [str(it) for it in declared.get("classifier", [])]
    classified = "; ".join(it.removeprefix(_CLASSIFIER) for it in listed if it.startswith(_CLASSIFIER))
    line = str(declared.get("license", "")).strip().partition("\n")[0][:100]
    return str(declared.get("license_expression", "")) or classified or line or "not declared"


def main(file: Path) -> None:
    """Write the bill."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = bill()
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{file}: {len(told['components'])} packages\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "sbom.json")
