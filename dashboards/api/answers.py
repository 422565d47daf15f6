"""The answers that mining gives about a log, one line each; a new answer is one more line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboards.access.visitor import Role
from eventlogs.describe import Description, describe
from eventlogs.language import sayable
from eventlogs.prepared import PreparedLog
from mining.comparison.answer import Comparison
from mining.comparison.log_comparison import Choices, compare_log
from mining.completeness import Completeness, completeness
from mining.conformance.judging import ConformanceReport, conformance
from mining.discovery.process_map import ProcessMap, process_map
from mining.discovery.variants import Variants, variants
from mining.normative.file import read_model
from mining.outlook.competing_risks import Outlook, outlook
from mining.stalls.finding import StallReport, stalls

THINKERS: tuple[Role, ...] = ("analyst", "leader", "auditor")


@dataclass(frozen=True)
class Asked:
    """What may be asked besides the log: the attribute that parts the cases, and how many rows at most."""

    by: str | None
    top: int


@dataclass(frozen=True)
class LogAnswer:
    """One answer: its word in the address, what it tells, its dataclass, and the function that gives it."""

    word: str
    tells: str
    kind: type
    give: Callable[[PreparedLog, Asked], Any]


LOG_ANSWERS = (
    LogAnswer(
        "description",
        sayable("A log in numbers: cases, events, activities, durations."),
        Description,
        lambda log, asked: describe(log),
    ),
    LogAnswer(
        "variants",
        sayable("The distinct sequences of activities, the most frequent first."),
        Variants,
        lambda log, asked: variants(log, top=asked.top, by=asked.by),
    ),
    LogAnswer(
        "map",
        sayable("The process map: which activity directly follows which, how often and after what wait."),
        ProcessMap,
        lambda log, asked: process_map(log, by=asked.by),
    ),
    LogAnswer(
        "conformance",
        sayable(
            "Whether the cases went as the normative model expects: rules, steps of the chains, fitness."
        ),
        ConformanceReport,
        lambda log, asked: conformance(log, read_model(None), by=asked.by, n_deviations=asked.top),
    ),
    LogAnswer(
        "stalls",
        sayable("Where projects stall and why: each with the step it waits for, the cause and a sentence."),
        StallReport,
        lambda log, asked: stalls(log, read_model(None), by=asked.by),
    ),
    LogAnswer(
        "outlook",
        sayable("What becomes of cases from each step on and when, with those still running censored."),
        Outlook,
        lambda log, asked: outlook(log, read_model(None).ending, by=asked.by),
    ),
    LogAnswer(
        "comparison",
        sayable("How groups of cases differ, by city where nothing else is asked: figures and tests."),
        Comparison,
        lambda log, asked: compare_log(log, read_model(None), Choices(asked.by or "city")),
    ),
    LogAnswer(
        "completeness",
        sayable("How much of its process a log has shown, and how much is unseen."),
        Completeness,
        lambda log, asked: completeness(log, read_model(None), by=asked.by),
    ),
)
