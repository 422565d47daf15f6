"""Writing a report into a file, and what is said of it."""

from dataclasses import dataclass
from pathlib import Path

from dashboards.report.answer import answer
from dashboards.report.contents import report
from dashboards.report.pdf import print_pdf
from dashboards.report.writing import html
from eventlogs.errors import EventLogError
from eventlogs.language import current_language, say
from eventlogs.layout import wrapped
from eventlogs.prepared import PreparedLog
from mining.comparison.log_comparison import Choices
from mining.normative.model import NormativeModel


@dataclass(frozen=True)
class ReportWritten:
    """A report that was written: where it is, its five sentences, and the digest of its numbers."""

    file: str
    simulated: bool
    sentences: list[str]
    digest: str

    def as_text(self) -> str:
        """Return the sentences and the file."""
        lines = [say("(simulated)")] if self.simulated else []
        lines += [wrapped(f"{n}. {sentence}", 100, "", "   ") for n, sentence in enumerate(self.sentences, 1)]
        return "\n".join([*lines, "", say("written: {file}", file=self.file)])


def write(prepared: PreparedLog, model: NormativeModel, choices: Choices, file: Path) -> ReportWritten:
    """Write the report in the current language; nothing is left behind where that fails."""
    if file.suffix not in {".html", ".pdf"}:
        raise EventLogError("{file}: a report ends in .html or .pdf", file=file)
    if not file.parent.is_dir():
        raise EventLogError(
            "{file} cannot be written: there is no directory {place}", file=file, place=file.parent
        )
    made = report(prepared, model, choices)
    page = html(made, current_language())
    try:
        if file.suffix == ".pdf":
            print_pdf(page, file)
        else:
            file.write_text(page, "utf-8")
    except OSError as error:
        raise EventLogError("{file} cannot be written: {reason}", file=file, reason=error) from error
    return ReportWritten(str(file), made.simulated, answer(made), made.comparison.rerun.digest)
