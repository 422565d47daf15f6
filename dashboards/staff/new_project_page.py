"""Starting a project: the house, its households, how ready it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from dashboards.access.errors import AccessError
from dashboards.access.guards import allowed
from dashboards.access.visitor import Visitor
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.sent_form import SentForm, sent_form
from dashboards.staff.addresses import project_address
from dashboards.staff.form_fields import Choice, Field, Known, fields_of
from dashboards.staff.form_reading import data_of
from dashboards.staff.item_form import Faults, faults_by_place
from dashboards.staff.recorded_words import recorded_words
from dashboards.staff.row_upload import FromFile, rows_table, sent_file
from dashboards.tables import Table
from dashboards.told import gone_to
from eventlogs.cities import cities, use_policies_of
from eventlogs.errors import EventLogError
from eventlogs.language import current_language, say
from flows.errors import Fault, FaultsError, PolicyFaultError
from flows.forms.forms import form, read_entry
from flows.forms.row_files import lines_of
from flows.forms.row_sheet import RowSheet
from flows.policies.policies import city_key
from flows.process.history import day_of
from flows.process.processes import processes
from flows.project import projects
from flows.project.acts import By
from flows.project.intake import Intake
from flows.worklist.listing import utc_now

router = APIRouter()
Staff = Annotated[Visitor, Depends(allowed("staff"))]


@dataclass(frozen=True)
class NewProjectPage(Page):
    """The form that begins a project."""

    template: ClassVar[str] = "staff/new_project.html"

    fields: tuple[Field, ...]
    retrofits: tuple[Choice, ...]
    retrofit: str
    reason: str
    refused: str | None = None
    asks_reason: bool = False
    from_file: FromFile | None = None

    @property
    def rows(self) -> Table:
        """The register of households, to be filled in."""
        return rows_table(_sheet())

    def tables(self) -> Sequence[Table]:
        """Return the register of households."""
        return (self.rows,)


@router.get("/projects/new")
def new_project(request: Request, visitor: Staff) -> Response:
    """Show the empty form, with the cities as the office's policies name them now."""
    use_policies_of(request.app.state.engine.data)
    fields = _fields(visitor, {"households": [{}]}, {})
    return show(request, NewProjectPage(fields, _retrofits(), "lift", ""), visitor)


@router.post("/projects/new")
def start(request: Request, visitor: Staff, sent: Annotated[SentForm, Depends(sent_form)]) -> Response:
    """Begin a project under the policy of its city and day, and go to it."""
    engine: Engine = request.app.state.engine
    data = data_of(_fields(visitor, {}, {}), sent.fields)
    retrofit, reason = sent.text("retrofit") or "lift", sent.text("reason")
    _refuse_elsewhere(visitor, data)
    by = By(visitor.name, utc_now(), reason=reason or None)
    try:
        made = projects.start_numbered(engine.ledger, engine.log, data, by, retrofit=retrofit)
    except EventLogError as error:
        faults: Mapping[str, Sequence[str]] = {}
        refused = as_sentence(error)
        if isinstance(error, FaultsError) and not isinstance(error, PolicyFaultError):
            faults, refused = (
                faults_by_place(error.faults),
                say("Nothing was recorded: mend the marked fields."),
            )
        page = NewProjectPage(
            _fields(visitor, data, faults), _retrofits(), retrofit, reason, refused, not faults
        )
        return show(request, page, visitor, status=422)
    return gone_to(f"{project_address(made.case_id)}?done=/projects/new", recorded_words(made))


@router.post("/projects/new/rows")
def households(request: Request, visitor: Staff, sent: Annotated[SentForm, Depends(sent_form)]) -> Response:
    """Fill in the households from a file and show the form; records nothing."""
    data = data_of(_fields(visitor, {}, {}), sent.fields)
    retrofit, reason = sent.text("retrofit") or "lift", sent.text("reason")
    faults: Mapping[str, Sequence[str]] = {}
    refused, found = None, None
    try:
        name, content = sent_file(sent.files)
        read = _sheet().read(lines_of(name, content))
        data = {**data, "households": read.whole()}
        read = read.with_faults(_register_faults(data))
        faults, found = faults_by_place([one.fault for one in read.faults]), FromFile.of(name, read)
    except EventLogError as error:
        refused = as_sentence(error)
    page = NewProjectPage(
        _fields(visitor, data, faults), _retrofits(), retrofit, reason, refused, from_file=found
    )
    return show(request, page, visitor, status=422 if faults or refused else 200)


def _sheet() -> RowSheet:
    return RowSheet.of(Intake, "households")


def _register_faults(data: Mapping[str, Any]) -> Sequence[Fault]:
    try:
        return list(read_entry(Intake, data, "").faults(day_of(utc_now())))
    except FaultsError as error:
        return error.faults


def _fields(visitor: Visitor, values: Mapping[str, Any], faults: Faults) -> tuple[Field, ...]:
    choices = [
        Choice(key, term.label())
        for key, term in cities().items()
        if visitor.cities is None or key in visitor.cities
    ]
    return fields_of(form(Intake, current_language()), values, faults, Known({"city": choices}))


def _retrofits() -> tuple[Choice, ...]:
    return tuple(Choice(key, process.title) for key, process in processes().items())


def _refuse_elsewhere(visitor: Visitor, data: Mapping[str, Any]) -> None:
    city, district = city_key(str(data.get("city", ""))), data.get("district")
    if data.get("city") and not visitor.scope.covers(city, district):
        raise AccessError("{city} is outside your places", city=city)
