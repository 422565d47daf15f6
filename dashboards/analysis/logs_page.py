"""The logs there are, and the bringing of another: tried out first, its columns named, then imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Annotated, ClassVar

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.visitor import Visitor
from dashboards.analysis.choice import Choice
from dashboards.analysis.head import BASE
from dashboards.analysis.studied import Analyst
from dashboards.analysis.study import log_names
from dashboards.analysis.trial import Trial, trial
from dashboards.analysis.uploads import Uploads
from dashboards.engine import Engine
from dashboards.page import Page, show
from dashboards.refusal import as_sentence
from dashboards.tables import Column, Table, Value
from dashboards.told import gone_to
from eventlogs.amounts import number_text
from eventlogs.console import TerminalConsole
from eventlogs.errors import EventLogError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log, name_of
from eventlogs.exchange.mapping import COLUMNS
from eventlogs.language import current_language, say, sayable
from eventlogs.ledger.logs import LogSummary, logs

router = APIRouter()
PATH = f"{BASE}/logs"
_SKIPS = "skip"  # in an address: faulty rows are left out
_WORDS: Mapping[str, str] = {
    "case": sayable("Case"),
    "activity": sayable("Activity"),
    "time": sayable("Time"),
    "start_time": sayable("Start time"),
    "resource": sayable("Resource"),
    "role": sayable("Role"),
    "city": sayable("City"),
    "outcome": sayable("Outcome"),
    "lifecycle": sayable("Lifecycle"),
}


class BringingRefusedError(EventLogError):
    """Somebody may not bring a file here."""


@dataclass(frozen=True)
class LogsPage(Page):
    """The logs, each with the address of its overview."""

    template: ClassVar[str] = "analysis/logs.html"
    logs: tuple[LogSummary, ...]
    addresses: tuple[str, ...]
    may_bring: bool
    fault: str | None = None

    def tables(self) -> Sequence[Table]:
        """Return the logs."""
        columns = [
            Column(say("Log")),
            Column(say("Cases"), "cases"),
            Column(say("Events"), "number"),
            Column(say("First event"), "day"),
            Column(say("Last event"), "day"),
            Column(say("Comes from")),
        ]
        rows: list[list[Value]] = [
            [one.log, one.cases, one.events, one.first_event, one.last_event, _source(one)]
            for one in self.logs
        ]
        cases = [Choice(one.log).cases() for one in self.logs]
        counted = {1: cases, 2: cases}
        return (Table("logs", say("Logs"), columns, rows, self.addresses, counted),)


@dataclass(frozen=True)
class BroughtPage(Page):
    """A file on trial: what holds what, the first events, what its data lack."""

    template: ClassVar[str] = "analysis/brought.html"
    key: str
    trial: Trial
    name: str
    chosen: Mapping[str, str]
    fields: tuple[tuple[str, str, str], ...]
    fault: str | None = None

    @property
    def first_table(self) -> Table:
        """The first events."""
        columns = [
            Column(say("Case")),
            Column(say("Activity")),
            Column(say("Time"), "moment"),
            Column(say("Resource")),
            Column(say("Role")),
        ]
        rows: list[list[Value]] = [
            [one.case_id, one.activity, one.occurred_at, one.actor, one.role] for one in self.trial.first
        ]
        return Table("first", say("The first events as they would be recorded"), columns, rows)

    @property
    def faulty_table(self) -> Table | None:
        """The rows that would be left out, with the reasons."""
        if not self.trial.faulty:
            return None
        titles, *rows = self.trial.faulty
        return Table("faulty", say("Faulty rows, which are left out"), [Column(one) for one in titles], rows)

    def tables(self) -> Sequence[Table]:
        """Return the first events, and the faulty rows."""
        return [table for table in (self.first_table, self.faulty_table) if table]


@router.get(PATH)
def logs_route(request: Request, visitor: Analyst) -> Response:
    """Show the logs."""
    return show(request, _logs_page(request, visitor), visitor)


@router.post(PATH)
def bring(request: Request, visitor: Analyst, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Take a file, and show what it would become."""
    _refuse_bringing(request, visitor)
    if file is None or not file.filename:
        page = _logs_page(request, visitor, say("Choose a file first."))
        return show(request, page, visitor, status=422)
    key = _uploads(request).take(visitor.name, file.filename, file.file)
    return RedirectResponse(f"{PATH}/brought/{key}", 303)


@router.get(f"{PATH}/brought/{{key}}")
def brought(request: Request, visitor: Analyst, key: str) -> Response:
    """Show what a file would become, its columns as guessed or as the address says."""
    _refuse_bringing(request, visitor)
    chosen = {name: request.query_params.get(name, "") for name in (*COLUMNS, "timezone", _SKIPS)}
    return show(request, _brought_page(request, visitor, key, chosen), visitor)


@router.post(f"{PATH}/brought/{{key}}")
def take_in(
    request: Request,
    visitor: Analyst,
    key: str,
    name: Annotated[str, Form()] = "",
    columns: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Import a file that was brought, read as it was shown."""
    _refuse_bringing(request, visitor)
    engine: Engine = request.app.state.engine
    file = _uploads(request).file(visitor.name, key)
    chosen = dict(one.split("=", 1) for one in columns or [] if "=" in one)
    try:
        done = import_log(
            engine.ledger,
            file,
            name.strip() or name_of(file),
            _choices(chosen),
            TerminalConsole(StringIO(), StringIO()),
            rejects=file.parent.parent / "rejects.csv" if chosen.get(_SKIPS) else None,
        )
    except EventLogError as error:
        told = as_sentence(error).replace(f"{file.parent}/", "")
        return show(request, _brought_page(request, visitor, key, chosen, name, told), visitor, status=422)
    _uploads(request).let_go(key)
    told = replace(done, rejected=0, rejects=None).as_text()
    if done.rejected:
        told += "\n" + say("{n} rows were faulty and left out.", n=number_text(done.rejected))
    return gone_to(Choice(done.log).address(BASE), told)


def _logs_page(request: Request, visitor: Visitor, fault: str | None = None) -> LogsPage:
    engine: Engine = request.app.state.engine
    seen = set(log_names(engine.ledger, visitor))
    with engine.ledger.reading() as connection:
        found = tuple(one for one in logs(connection).logs if one.log in seen)
    if not visitor.scope.is_everywhere:
        found = ()  # counts of all places are not theirs to know
    addresses = tuple(Choice(one.log).address(BASE) for one in found)
    return LogsPage(found, addresses, visitor.scope.is_everywhere and not engine.read_only, fault)


def _brought_page(
    request: Request,
    visitor: Visitor,
    key: str,
    chosen: Mapping[str, str],
    name: str = "",
    fault: str | None = None,
) -> BroughtPage:
    file = _uploads(request).file(visitor.name, key)
    asked = {one: value for one, value in chosen.items() if value}
    about = ("trial", key, tuple(sorted(asked.items())), current_language())
    found = request.app.state.kept_answers.get(
        about, lambda: trial(file, _choices(asked), skips_bad=_SKIPS in asked)
    )
    assert isinstance(found, Trial)
    read_as = found.read_as or {}
    fields = tuple((one, say(text), asked.get(one) or read_as.get(one, "")) for one, text in _WORDS.items())
    return BroughtPage(key, found, name or name_of(file), asked, fields, fault)


def _choices(chosen: Mapping[str, str]) -> ImportChoices:
    known = {name: value for name, value in chosen.items() if name in (*COLUMNS, "timezone") and value}
    return ImportChoices(**known)  # type: ignore[arg-type]


def _uploads(request: Request) -> Uploads:
    engine: Engine = request.app.state.engine
    return Uploads(engine.data)


def _refuse_bringing(request: Request, visitor: Visitor) -> None:
    engine: Engine = request.app.state.engine
    if engine.read_only:
        raise BringingRefusedError("these pages show a backup, into which nothing is imported")
    if not visitor.scope.is_everywhere:
        raise BringingRefusedError("only who sees all places can bring a log, since it may hold any of them")


def _source(one: LogSummary) -> str:
    return one.file or (say("Simulated") if one.simulated else say("the live log"))
