"""Carrying on what was left behind: every open project, and the papers that are missing."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from eventlogs.storage import Ledger
from flows.papers.making import make_missing_papers
from flows.routines.timers import Tick, tick


def sweep(ledger: Ledger, data: Path, log: str, now: datetime) -> Tick:
    """Do what a tick does, advance every open project, and make the papers that are missing."""
    looked = tick(ledger, log, now, sweep=True)
    return replace(looked, papers=make_missing_papers(ledger, data, log, now))
