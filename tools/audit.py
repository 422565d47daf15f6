"""Asks pip's own package registry for the known weaknesses of every locked package; says so if it cannot.

`python tools/audit.py` answers with status 1 if there is one, and 2 if nothing could be asked.
"""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!]+)", re.MULTILINE)
PATIENCE = 15  # seconds for one package


class CannotAskError(Exception):
    """The registry was not reached, or tells nothing of weaknesses."""


def registry() -> str:
    """Return where pip looks for packages, without the path of its index."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    if not told:
        from pip._internal.models.index import PyPI

        told = PyPI.url
    parts = urlsplit(told)
    return f"{parts.scheme}://{parts.netloc}"


def weaknesses(address: str, name: str, version: str) -> list[dict[str, Any]]:
    """Return what the registry knows of one package; raises `CannotAskError`."""
    told = _asked(f"{address}/pypi/{name}/{version}/json") or _asked(f"{address}/pypi/{name}/json")
    if told is None or told["info"]["version"] != version:
        raise CannotAskError("it does not know this version")
    found = told.get("vulnerabilities")
    if found is None:
        raise CannotAskError("it tells nothing of weaknesses")
    return [one for one in found if not one.get("withdrawn")]


def _asked(address: str) -> dict[str, Any] | None:
    """Return what an address answers; None where there is nothing."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            told: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise CannotAskError(str(error)) from error
    except (OSError, ValueError) as error:
        raise CannotAskError(str(error)) from error
    return told


def main() -> int:
    """Tell of every locked package that has a known weakness."""
    pins, n_found, unasked = PINNED.findall(LOCK.read_text("utf-8")), 0, []
    address = registry()
    for place, (name, version) in enumerate(pins):
        try:
            found = weaknesses(address, name, version)
        except CannotAskError as error:
            unasked.append(name)
            if place == 0 and "version" not in str(error):
                sys.stderr.write(f"The registry could not be asked ({error}); nothing is known either way.\n")
                return 2
            continue
        for one in found:
            n_found += 1
            mended = ", ".join(one.get("fixed_in") or ["none yet"])
            sys.stdout.write(f"{name} {version}: {one['id']}; mended in {mended}\n")
    sys.stdout.write(f"{len(pins) - len(unasked)} packages asked for, {n_found} known weaknesses\n")
    if unasked:
        sys.stdout.write(f"not answered: {', '.join(unasked)}\n")
    return 1 if n_found else 0


if __name__ == "__main__":
    sys.exit(main())
