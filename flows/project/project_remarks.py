"""Remarks and documents beside a whole project, not one of its steps."""

from collections.abc import Mapping
from dataclasses import replace

from eventlogs.storage import Ledger
from flows.process.history import CaseHistory
from flows.project.acts import By
from flows.project.advance import Advance, Decision, record
from flows.project.projects import refuse_missing
from flows.project.whole import about_project


def comment(
    ledger: Ledger, log: str, case_id: str, text: str, by: By, evidence: Mapping[str, str] | None = None
) -> Advance:
    """Write a remark, or the place of a document, beside a project, over or not."""

    def decide(history: CaseHistory) -> Decision:
        refuse_missing(history, log)
        event = about_project(history, "unknown", {"comment": text}, by)
        return Decision([replace(event, evidence=dict(evidence or {}))], since=by.now)

    return record(ledger, log, case_id, by.now, decide)
