"""The conformance report as a page: to read, to print, and to take away as one file."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.head import BASE, Head, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.leaders.groups import GroupChoice, chosen_attribute, group_choices
from dashboards.leaders.linked import linked, pictures_of, with_led_pictures
from dashboards.leaders.reported import report_of, reported
from dashboards.page import Page
from dashboards.report.pdf import print_pdf
from dashboards.report.writing import Written, html
from dashboards.tables import Picture, Table
from eventlogs.language import current_language, say

router = APIRouter()
PATH = f"{BASE}/report"
_KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}


@dataclass(frozen=True)
class ReportPage(Page):
    """The conformance report."""

    template: ClassVar[str] = "leaders/report.html"
    head: Head
    groups: tuple[GroupChoice, ...]
    made: Written
    html_address: str
    pdf_address: str
    choice: Choice

    @property
    def shown(self) -> Written:
        """The report as the page shows it."""
        return with_led_pictures(self.made, self.choice)

    def tables(self) -> Sequence[Table]:
        """Return the report's tables."""
        made = self.made
        return (made.figures, *made.rules, made.stall_map, made.stalled, made.idle, made.differences)

    def pictures(self) -> Sequence[Picture]:
        """Return the report's pictures."""
        return tuple(pictures_of(self.made))


@router.get(PATH)
def show_report(request: Request, visitor: Analyst) -> Response:
    """Show the report of a log."""
    return studied(request, visitor, lambda study: _page(request, study))


@router.get(f"{PATH}/file.{{ending}}")
def take_report(request: Request, visitor: Analyst, ending: str) -> Response:
    """Hand the report out as one file, `html` or `pdf`."""
    return studied(request, visitor, lambda study: _file(request, study, ending), at_once=True)


def _page(request: Request, study: Study) -> ReportPage:
    by = chosen_attribute(request, study)
    return ReportPage(
        head=head_of(request, study),
        groups=group_choices(study, PATH, by),
        made=linked(reported(study, by), report_of(study, by), study.choice),
        html_address=study.choice.address(f"{PATH}/file.html", [("by", by)]),
        pdf_address=study.choice.address(f"{PATH}/file.pdf", [("by", by)]),
        choice=study.choice,
    )


def _file(request: Request, study: Study, ending: str) -> Response:
    by = chosen_attribute(request, study)
    page = html(report_of(study, by), current_language())
    kind = "pdf" if ending == "pdf" else "html"
    content = (
        study.kept_in_words(("report pdf", by), lambda _: _pdf(page)) if kind == "pdf" else page.encode()
    )
    name = quote(f"{say('Conformance report')} {study.choice.log}.{kind}")
    headers = {"content-disposition": f"attachment; filename=\"report.{kind}\"; filename*=UTF-8''{name}"}
    return Response(content, headers=headers, media_type=_KINDS[kind])


def _pdf(page: str) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "report.pdf"
        print_pdf(page, file)
        return file.read_bytes()
