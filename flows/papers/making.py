"""Making the papers of a project and putting each beside its step, once, however often it is tried.

The file lies under its fingerprint before the event that names it is recorded, and the event's key is that
of step, paper, language and what the step says; so a process may die anywhere between the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import orjson

from eventlogs.events import Event, ObjectLink
from eventlogs.language import LANGUAGES, Language, say, speaking
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from flows.papers.kept import keep
from flows.papers.sheets import PAPERS, Paper
from flows.papers.word_file import word_file
from flows.process.history import CaseHistory, Done
from flows.process.replay import item_id
from flows.project.acts import ENGINE
from flows.project.advance import Decision, read_case, record


@dataclass(frozen=True)
class Due:
    """A paper that is to be made in one language."""

    paper: Paper
    done: Done
    language: Language
    key: str

    def event(self, history: CaseHistory, data: Path, now: datetime) -> Event:
        """Make the paper, keep it, and return the event that puts it beside its step."""
        with speaking(self.language):
            content = word_file(self.paper.sheet(history, self.done))
            title = say(self.paper.title)
        name = f"{history.case_id} {title}.docx"
        item = item_id(history.case_id, self.done.activity, self.done.occurrence)
        return Event(
            key=self.key,
            case_id=history.case_id,
            activity=self.done.activity,
            occurred_at=now,
            lifecycle="unknown",
            actor=ENGINE,
            attributes={"comment": title, "paper": self.paper.key, "language": self.language},
            objects=(ObjectLink(item, "work_item", "moves"),),
            evidence=keep(data, name, content),
        )


def due_papers(history: CaseHistory) -> list[Due]:
    """Return the papers that the project's steps ask for and that do not stand beside them yet."""
    kept = {event.key for event in history.events}
    return [due for due in _papers(history) if due.key not in kept]


def make_papers(ledger: Ledger, data: Path, log: str, case_id: str, now: datetime) -> list[str]:
    """Make what is due in a project; return the keys of what was recorded."""

    def decide(history: CaseHistory) -> Decision:
        return Decision([due.event(history, data, now) for due in due_papers(history)], since=now)

    if not due_papers(read_case(ledger, log, case_id)):
        return []
    return [event.key for event in record(ledger, log, case_id, now, decide).recorded]


def make_missing_papers(ledger: Ledger, data: Path, log: str, now: datetime) -> list[str]:
    """Make what is due in any project of a log, as after a crash; return the keys of what was recorded."""
    asked = {"log": log, "steps": sorted({paper.after for paper in PAPERS})}
    with ledger.reading() as connection:
        rows = connection.execute(sql("papers_missing", "flows"), asked).fetchall()
    return [key for (case_id,) in rows for key in make_papers(ledger, data, log, case_id, now)]


def _papers(history: CaseHistory) -> Iterator[Due]:
    for paper in PAPERS:
        for done in history.done.get(paper.after, ()):
            if done.skipped or not done.entered or (paper.only_success and not done.succeeded):
                continue
            said = sha256(orjson.dumps(done.entered, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()
            place = item_id(history.case_id, done.activity, done.occurrence)
            for language in LANGUAGES:
                yield Due(paper, done, language, f"{place}/paper-{paper.key}-{language}-{said[:8]}")
