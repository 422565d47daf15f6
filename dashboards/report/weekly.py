"""The report that the weekly flow writes, in both languages; loading this module registers it."""

from pathlib import Path

from dashboards.report.told import write
from eventlogs.language import LANGUAGES, speaking
from eventlogs.prepared import prepare
from flows.routines.analysis import REPORT, Question, analysis
from mining.comparison.log_comparison import Choices
from mining.normative.file import read_model


@analysis("conformance-report", REPORT)
def conformance_report(asked: Question) -> list[Path]:
    """Write the conformance report by city."""
    prepared, model = prepare(asked.ledger, asked.log), read_model(None)
    written = []
    for language in LANGUAGES:
        with speaking(language):
            file = asked.folder / f"conformance-report.{language}.html"
            write(prepared, model, Choices("city"), file)
            written.append(file)
    return written
