"""The engine's check of order rules, which is planned once per rule and reads each distinct trace once."""

from benchmarks.workers.order_rules import ORDER_RULES
from benchmarks.workers.ours import opened
from benchmarks.workers.worker import Operation, serve
from eventlogs.prepared import PreparedLog
from mining.rules.checking import check_rules
from mining.rules.file import Rule
from mining.rules.outcome import RuleReport

_RULES = tuple(
    Rule(f"{template} {first} {second}", template, (first,), (second,))
    for template, first, second in ORDER_RULES
)


def ruled(prepared: PreparedLog) -> RuleReport:
    """Check the rules and name the first deviating events of each."""
    return check_rules(prepared, _RULES)


RULES = {
    "order_rules": Operation(
        opened, ruled, lambda report: {one.rule: one.violated_cases for one in report.rules}
    )
}

if __name__ == "__main__":
    serve(RULES)
