"""What Prefect's library says in this process: warnings go to a file, the terminal is for our own words."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LIBRARY = "prefect"
LARGEST = 1_000_000  # bytes, then the file is begun anew and the last one kept


def keep_prefect_warnings(file: Path) -> None:
    """Let what the library warns of go to `file`; its lesser words are on Prefect's page."""
    root = logging.getLogger()
    for handler in root.handlers:
        handler.setLevel(logging.WARNING)
        handler.addFilter(_is_ours)
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = RotatingFileHandler(file, maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True)
    kept.setLevel(logging.WARNING)
    kept.addFilter(lambda record: not _is_ours(record))
    kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(kept)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] != LIBRARY
