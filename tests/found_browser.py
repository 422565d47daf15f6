"""A real browser without a window, found here or fetched; tests that need one never go without.

Run with a folder, it fetches the Chromium of autumn 2022 into it and prints its path: `make oldbrowser`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from dashboards.report.browsers import installed_browser

PATIENCE = 60_000  # milliseconds: a busy machine takes its time
PACKAGE = "@sparticuz/chromium"
CACHE = Path.home() / ".cache" / "retrofit-browser"
OLD_PACKAGE = f"{PACKAGE}@107.0.0"  # its Chromium is of October 2022
_UNPACK = """
    const fs = require('fs'), zlib = require('zlib');
    for (const name of ['swiftshader.tar', 'chromium']) {
        const packed = fs.readFileSync(`node_modules/@sparticuz/chromium/bin/${name}.br`);
        fs.writeFileSync(name, zlib.brotliDecompressSync(packed), { mode: 0o755 });
    }
"""
_PATH_OF_PACKAGE = f"import('{PACKAGE}').then(async made => console.log(await made.default.executablePath()))"


@cache
def chromium() -> str:
    """Return the path of a Chromium, Chrome or Edge: an installed one, else Debian's, else npm's."""
    found = os.environ.get("RETROFIT_BROWSER") or _installed() or from_debian() or from_npm(CACHE)
    if found is None:
        raise RuntimeError(
            "the tests of the pages need a browser: install Chromium, Chrome or Edge "
            "(on Debian: apt-get install chromium)"
        )
    return found


def _installed() -> str | None:
    found = installed_browser()
    return str(found) if found else None


def from_debian() -> str | None:
    """Return Debian's Chromium, installed where this process may."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, timeout=900)
    return _installed()


def from_npm(folder: Path) -> str | None:
    """Return the Chromium of the npm package, fetched into a folder; None where npm cannot."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--prefix", folder, PACKAGE], check=False, timeout=900)
    told = subprocess.run(
        ["node", "-e", _PATH_OF_PACKAGE], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    path = told.stdout.strip()
    return path if path and Path(path).is_file() else None


def old_browser(folder: Path) -> Path:
    """Return a Chromium as old as the pages must do with, fetched into a folder with npm and node."""
    made = folder / "chromium"
    if not made.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--prefix", str(folder), OLD_PACKAGE]
        subprocess.run(install, check=True, timeout=900)
        subprocess.run(["node", "-e", _UNPACK], cwd=folder, check=True, timeout=300)
        shutil.unpack_archive(folder / "swiftshader.tar", folder)  # without it no frame is ever drawn
    return made


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Lend a browser without a window; whoever waits for a page waits as long as a busy machine may take."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    sys.stdout.write(f"{old_browser(Path(sys.argv[1]).resolve())}\n")
