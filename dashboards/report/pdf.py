"""A report as PDF, printed by a browser that is on the machine."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from dashboards.report.browsers import installed_browser
from dashboards.static_files import FOLDER
from eventlogs.errors import EventLogError

PATIENCE = 120  # seconds


class NoBrowserError(EventLogError):
    """No browser is on this machine that could print."""


def print_pdf(page: str, file: Path) -> None:
    """Print an HTML page into a PDF file."""
    browser = installed_browser()
    if browser is None:
        raise NoBrowserError(
            "to write {file} a browser must print it, and Chromium, Chrome or Edge is not on this machine; "
            "write the report as .html and print it from any browser",
            file=file,
        )
    with tempfile.TemporaryDirectory() as place:
        source, made = Path(place) / "report.html", Path(place) / "report.pdf"
        source.write_text(with_font(page), "utf-8")
        command = [
            str(browser),
            "--headless",
            "--disable-gpu",
            *(["--no-sandbox"] if _is_root() else []),
            "--no-first-run",
            "--disable-extensions",
            f"--user-data-dir={place}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
            source.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
            said = done.stderr.decode(errors="replace").strip()
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
        if not made.is_file():
            last = (said.splitlines() or ["-"])[-1]
            raise EventLogError(
                "{browser} could not print {file}: {reason}; write the report as .html and print it from any "
                "browser",
                browser=browser,
                file=file,
                reason=last,
            )
        shutil.copyfile(made, file)


def with_font(page: str) -> str:
    """Return a page that finds the Chinese font vendored here where the machine has none of its own."""
    sheet = FOLDER / "vendor/noto-sans-sc/noto-sans-sc.css"
    return page.replace("<head>", f'<head><link rel="stylesheet" href="{sheet.as_uri()}">', 1)


def _is_root() -> bool:
    """Tell whether this is the user whom Chromium's sandbox refuses."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
