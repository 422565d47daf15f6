"""What the page of conformance says first."""

from dashboards.analysis.choice import Choice
from dashboards.analysis.supposed import supposed_marked
from dashboards.sentences import counted
from eventlogs.amounts import share_text
from eventlogs.language import say
from eventlogs.words import value_label
from mining.conformance.judging import ConformanceReport
from mining.conformance.verdicts import Unjudged
from mining.normative.text import rule_words


def conformance_answer(report: ConformanceReport, choice: Choice) -> str:
    """Return how many cases keep to the model, its firm rule broken most, and how many it does not judge."""
    told = _kept_and_broken(report, choice) + "".join(_unjudged(one, choice) for one in report.unjudged)
    return f"{told} {supposed_marked(report.supposed, choice)}" if report.supposed else told


def _unjudged(one: Unjudged, choice: Choice) -> str:
    return say(
        " {n} cases are held against no model: there is none for this kind of project ({kind}).",
        n=counted(one.cases, choice.with_(("where", f"retrofit={one.retrofit}")).cases()),
        kind=value_label("retrofit", one.retrofit),
    )


def all_judged(report: ConformanceReport, choice: Choice) -> str:
    """Return the address of the cases that are judged."""
    return choice.cases(("judged", "is_judged")) if report.unjudged else choice.cases()


def _kept_and_broken(report: ConformanceReport, choice: Choice) -> str:
    cases = report.whole.states.cases
    broken = sum(one.cases for one in report.whole.first_breaks)
    sentence = say(
        "{n} of {all} cases ({share}) break no rule of the model as far as they have come.",
        n=counted(cases - broken, choice.cases(("judged", "breaks_none"))),
        all=counted(cases, all_judged(report, choice)),
        share=share_text((cases - broken) / cases),
    )
    firm = [one for one in report.whole.rules if report.model.rule(one.rule).strength in ("strict", "gate")]
    worst = max(firm, key=lambda one: one.broken, default=None)
    if worst is None or not worst.broken:
        return sentence + say(" No strict rule and no gate is broken.")
    return sentence + say(
        " Of strict rules and gates {rule} is broken most often, in {n}: {words}.",
        rule=worst.rule,
        n=counted(worst.broken, choice.cases(("rule", worst.rule), ("did", "broken"))),
        words=rule_words(report.model.rule(worst.rule)),
    )
