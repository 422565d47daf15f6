"""The nightly analyses: each has a name and writes its files; floors above add theirs by `analysis`.

`flows` must not know the floor above, so a report registers itself here when its module is loaded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eventlogs.console import Answer, json_text
from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES, Language, current_language, say, speaking
from eventlogs.storage import Ledger

FOLDER = "analyses"
NIGHTLY = "nightly"
REPORT = "report"


@dataclass(frozen=True)
class Question:
    """What an analysis is asked: a log, and the folder its files go to."""

    ledger: Ledger
    log: str
    folder: Path
    now: datetime

    def keep(self, name: str, answer: Answer) -> list[Path]:
        """Write an answer for machines and for people in both languages."""
        written = [self.folder / f"{name}.json"]
        written[0].write_text(json_text(answer) + "\n", "utf-8")
        for language in LANGUAGES:
            with speaking(language):
                text = answer.as_text()
            written.append(self.folder / f"{name}.{language}.txt")
            written[-1].write_text(text + "\n", "utf-8")
        return written


@dataclass(frozen=True)
class Refused:
    """Why an analysis has no answer."""

    refused: Mapping[Language, str]

    def as_text(self) -> str:
        """Return the sentence."""
        return self.refused[current_language()]


Work = Callable[[Question], Sequence[Path]]


@dataclass(frozen=True)
class Analysis:
    """A named analysis; `kind` says with which flow it runs, `nightly` or `report`."""

    name: str
    kind: str
    work: Work


_known: dict[str, Analysis] = {}


def analysis(name: str, kind: str = NIGHTLY) -> Callable[[Work], Work]:
    """Register a function as an analysis; a second one of the same name takes its place."""

    def register(work: Work) -> Work:
        _known[name] = Analysis(name, kind, work)
        return work

    return register


def analyses(kind: str, names: Sequence[str] = ()) -> list[Analysis]:
    """Return the analyses of a kind, or those named; a name that is not known is refused."""
    known = {one.name: one for one in _known.values() if one.kind == kind}
    for name in names:
        if name not in known:
            raise EventLogError(
                "there is no analysis {name}; known are {known}",
                name=name,
                known=", ".join(sorted(known)) or say("none"),
            )
    return [known[name] for name in names or sorted(known)]


def analysed(one: Analysis, ledger: Ledger, data: Path, log: str, now: datetime) -> list[Path]:
    """Carry an analysis out; its files lie under the data directory by day, log and name.

    Where it refuses to answer, as about a log in which nothing is completed yet, the files say so.
    """
    folder = data / FOLDER / f"{now:%Y-%m-%d}" / log
    folder.mkdir(parents=True, exist_ok=True)
    asked = Question(ledger, log, folder, now)
    try:
        return list(one.work(asked))
    except EventLogError as refusal:
        said = {language: refusal.in_language(language) for language in LANGUAGES}
        return asked.keep(one.name, Refused(said))


@analysis("describe")
def _describe(asked: Question) -> list[Path]:
    from eventlogs.describe import describe
    from eventlogs.prepared import prepare

    return asked.keep("describe", describe(prepare(asked.ledger, asked.log)))


@analysis("conformance")
def _conformance(asked: Question) -> list[Path]:
    from eventlogs.prepared import prepare
    from mining.conformance.judging import conformance
    from mining.normative.file import read_model

    prepared = prepare(asked.ledger, asked.log)
    return asked.keep("conformance", conformance(prepared, read_model(None), by="city"))


@analysis("variants")
def _variants(asked: Question) -> list[Path]:
    from eventlogs.prepared import prepare
    from mining.discovery.variants import variants

    return asked.keep("variants", variants(prepare(asked.ledger, asked.log), top=100))


@analysis("map")
def _map(asked: Question) -> list[Path]:
    from eventlogs.prepared import prepare
    from mining.discovery.map_pictures import write_pictures
    from mining.discovery.process_map import process_map

    answer = process_map(prepare(asked.ledger, asked.log))
    written = asked.keep("map", answer)
    for language in LANGUAGES:
        with speaking(language):
            written += write_pictures(
                answer, asked.folder / f"map.{language}.svg", measure="frequency", paths=0.8
            )
    return written


@analysis("stalls")
def _stalls(asked: Question) -> list[Path]:
    from eventlogs.prepared import prepare
    from mining.normative.file import read_model
    from mining.stalls.finding import stalls

    return asked.keep(
        "stalls", stalls(prepare(asked.ledger, asked.log), read_model(None), by="city", now=asked.now)
    )


@analysis("comparison")
def _comparison(asked: Question) -> list[Path]:
    from eventlogs.prepared import prepare
    from mining.comparison.log_comparison import Choices, compare_log
    from mining.normative.file import read_model

    prepared = prepare(asked.ledger, asked.log)
    return asked.keep("comparison", compare_log(prepared, read_model(None), Choices("city")))


@analysis("completeness")
def _completeness(asked: Question) -> list[Path]:
    from eventlogs.prepared import prepare
    from mining.completeness import completeness
    from mining.normative.file import read_model

    prepared = prepare(asked.ledger, asked.log)
    return asked.keep("completeness", completeness(prepared, read_model(None), by="city", min_cases=5))
