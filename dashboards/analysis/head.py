"""What stands at the top of every analyst page: which log, how many of its cases, filters, ways on."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request

from dashboards.analysis.choice import CONDITIONS, LOG, Choice
from dashboards.analysis.study import Study, log_names
from eventlogs.amounts import number_text
from eventlogs.language import say, sayable
from mining.cases.case_filter import NoCaseFitsError

BASE = "/analysis"
TABS: tuple[tuple[str, str], ...] = (
    (sayable("Overview"), BASE),
    (sayable("Process map"), f"{BASE}/map"),
    (sayable("Variants"), f"{BASE}/variants"),
    (sayable("Conformance"), f"{BASE}/conformance"),
    (sayable("Stalls"), f"{BASE}/stalls"),
    (sayable("Bottlenecks"), f"{BASE}/bottlenecks"),
    (sayable("Rework and handover"), f"{BASE}/handover"),
    (sayable("Outlook and risk"), f"{BASE}/outlook"),
    (sayable("Dotted chart"), f"{BASE}/dots"),
    (sayable("Performance spectrum"), f"{BASE}/spectrum"),
    (sayable("Discovered model"), f"{BASE}/model"),
    (sayable("Completeness"), f"{BASE}/completeness"),
    (sayable("Case list"), f"{BASE}/cases"),
    (sayable("Compare"), f"{BASE}/compare"),
    (sayable("Report"), f"{BASE}/report"),
)
_KEPT_FROM_PAGE = {
    "format",
    "table",
    "tables",
    "picture",
    "lang",
    "page",
    "pick",
    "pick_path",
    *CONDITIONS,
    LOG,
}


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: str
    address: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in words, and the address without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an analyst page; `cases` of `all_cases` are looked at, the rest filtered away."""

    log: str
    simulated: bool
    cases: int
    all_cases: int
    events: int
    chips: tuple[Chip, ...]
    cases_address: str
    all_address: str
    filter_address: str
    save_address: str
    views_address: str
    tabs: tuple[Link, ...]
    logs: tuple[Link, ...]
    pairs: tuple[tuple[str, str], ...]

    @property
    def counted(self) -> str:
        """How many of how many cases."""
        return say("{n} of {all} cases", n=number_text(self.cases), all=number_text(self.all_cases))


def head_of(request: Request, study: Study) -> Head:
    """Return the head of the page that a request asks for."""
    cases, events = study.size
    return _head(request, study, cases, events, study.whole_size[0])


def empty_head(request: Request, study: Study) -> Head:
    """Return the head of a page whose filters leave no case."""
    try:
        return _head(request, study, 0, 0, study.whole_size[0])
    except NoCaseFitsError:
        return _head(request, study, 0, 0, 0)


def _head(request: Request, study: Study, cases: int, events: int, all_cases: int) -> Head:
    path, choice = request.url.path, study.choice
    own = [(name, value) for name, value in request.query_params.multi_items() if name not in _KEPT_FROM_PAGE]
    return Head(
        log=choice.log,
        simulated=study.log.log.simulated,
        cases=cases,
        all_cases=all_cases,
        events=events,
        chips=tuple(_chips(choice, path, own)),
        cases_address=choice.cases(),
        all_address=choice.all_cases().address(path, own),
        filter_address=choice.address(f"{BASE}/filter", [("back", path)]),
        save_address=choice.address(f"{BASE}/views", [("save", choice.address(path, own))]),
        views_address=choice.address(f"{BASE}/views"),
        tabs=tuple(tabs(choice, path)),
        logs=tuple(
            Link(name, Choice(name).address(path if path in _TAB_PATHS else BASE), name == choice.log)
            for name in log_names(study.ledger, study.visitor)
        ),
        pairs=choice.pairs(),
    )


_TAB_PATHS = frozenset(path for _, path in TABS)


def _chips(choice: Choice, path: str, own: list[tuple[str, str]]) -> Iterable[Chip]:
    for condition in choice.conditions:
        words = Choice(choice.log, (condition,)).case_filter().as_text()
        yield Chip(words, choice.without(condition).address(path, own))


def tabs(choice: Choice, path: str) -> Iterable[Link]:
    """Return the ways to all analyst pages with the same cases, of which `path` is one."""
    for title, address in TABS:
        here = path == address or (address != BASE and path.startswith(f"{address}/"))
        yield Link(say(title), choice.address(address), here)
