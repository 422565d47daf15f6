"""What became of rules, as people read it."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.layout import table

if TYPE_CHECKING:
    from mining.rules.outcome import Deviation, RuleReport

SHOWN = 3  # deviating events of a rule


def rule_text(report: "RuleReport") -> str:
    """Return a table of the rules, and the first deviating events of each."""
    head = [
        say("rule"),
        say("template"),
        say("activations"),
        say("fulfilled"),
        say("violated"),
        say("cases kept"),
        say("cases broken"),
        say("not tested"),
    ]
    rows = [
        [
            one.rule,
            one.template,
            number_text(one.activations),
            number_text(one.fulfilments),
            number_text(one.violations),
            number_text(one.satisfied_cases),
            number_text(one.violated_cases),
            number_text(one.vacuous_cases),
        ]
        for one in report.rules
    ]
    zone = ZoneInfo(report.timezone)
    lines = [say("{log}: {n} cases", log=report.log, n=number_text(report.cases)), ""]
    lines.append(table(head, rows, right=range(2, 8)))
    for one in report.rules:
        if one.deviations:
            lines += ["", say("{rule} is broken, first:", rule=one.rule)]
            lines += [_deviation_text(deviation, zone) for deviation in one.deviations[:SHOWN]]
    return "\n".join(lines)


def _deviation_text(deviation: "Deviation", zone: ZoneInfo) -> str:
    if deviation.activity is None or deviation.position is None:
        return "  " + say("case {case_id}: what should be there is missing", case_id=deviation.case_id)
    moment = (
        f"{deviation.occurred_at.astimezone(zone):%Y-%m-%d %H:%M}"
        if deviation.occurred_at
        else say("no time")
    )
    return "  " + say(
        "case {case_id}: event {number}, {activity}, {moment}",
        case_id=deviation.case_id,
        number=deviation.position + 1,
        activity=deviation.activity,
        moment=moment,
    )
