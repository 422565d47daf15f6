"""Words that several analyst pages share."""

from datetime import date, timedelta

from eventlogs.language import say, sayable
from eventlogs.words import attribute_label
from flows.project.intake import Intake
from mining.cases.case_groups import value_text
from mining.cases.filter_words import STATES
from mining.cases.progress import Unit

_OWN_ATTRIBUTES = {
    "policy": sayable("City policy"),
    "households": sayable("Number of households"),
    "retrofit": sayable("Type of retrofit"),
    "process_version": sayable("Version of the process"),
}
STATE_ORDER = ("completed", "failed", "halted", "ended", "silent", "running")
UNENDED = ("silent", "running")  # of these, no end is known
_UNITS: dict[Unit, str] = {
    "day": sayable("day"),
    "month": sayable("month"),
    "quarter": sayable("quarter"),
    "year": sayable("year"),
}

_RULE_ANSWERS = {
    "kept": sayable("kept"),
    "broken": sayable("broken"),
    "waived": sayable("allowed by a waiver"),
    "untested": sayable("not tested"),
}


def attribute_word(name: str) -> str:
    """Return what an attribute of cases is called: those of our own projects as their form calls them."""
    if name in _OWN_ATTRIBUTES:
        return say(_OWN_ATTRIBUTES[name])
    field = Intake.model_fields.get(name)
    title = field.title if field else None
    return say(title) if title else attribute_label(name)


def value_word(attribute: str, value: str) -> str:
    """Return an attribute's value in the current language, '' being the lack of one."""
    return value_text(attribute, value or None)


def state_word(state: str) -> str:
    """Return how a case stands in the current language."""
    return say(STATES[state]) if state in STATES else state


def unit_word(unit: Unit) -> str:
    """Return a unit of the calendar in the current language."""
    return say(_UNITS[unit])


def period_text(first_day: date, unit: Unit) -> str:
    """Return a period by its first day.

    >>> period_text(date(2024, 4, 1), "quarter"), period_text(date(2024, 4, 1), "month")
    ('2024 Q2', '2024-04')
    """
    if unit == "quarter":
        return f"{first_day:%Y} Q{(first_day.month + 2) // 3}"
    return f"{first_day:%Y-%m-%d}"[: {"day": 10, "month": 7, "year": 4}[unit]]


def last_day(first_day: date, unit: Unit) -> date:
    """Return the last day of a period that begins on `first_day`.

    >>> last_day(date(2024, 4, 1), "quarter").isoformat()
    '2024-06-30'
    """
    if unit == "day":
        return first_day
    month = first_day.month - 1 + {"month": 1, "quarter": 3, "year": 12}[unit]
    return date(first_day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def rule_answer_word(answer: str) -> str:
    """Return what cases did with a rule, in the current language."""
    return say(_RULE_ANSWERS[answer])
