"""The report of a study, found once while its log stands still."""

from dashboards.analysis.study import Study
from dashboards.leaders.groups import choices
from dashboards.report.contents import Report, report
from dashboards.report.writing import Written, written
from eventlogs.language import current_language
from mining.normative.file import read_model


def report_of(study: Study, by: str) -> Report:
    """Return the report of the chosen cases, compared by an attribute."""
    return study.kept(("report", by), lambda prepared: report(prepared, read_model(None), choices(by)))


def reported(study: Study, by: str) -> Written:
    """Return the same in the reader's language."""
    language = current_language()
    found = report_of(study, by)
    return study.kept_in_words(("report written", by), lambda _: written(found, language))
