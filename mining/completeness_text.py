"""How much of its process a log has shown, as people read it in a terminal."""

from typing import TYPE_CHECKING

from eventlogs.amounts import number_text, share_text
from eventlogs.language import say, sayable
from eventlogs.layout import table, wrapped
from mining.cases.case_groups import value_text

if TYPE_CHECKING:
    from mining.completeness import Completeness, KindCompleteness

KIND_NAMES = {
    "variants": sayable("variants"),
    "arcs": sayable("arcs"),
    "roles": sayable("roles"),
    "rules": sayable("rules and what became of them"),
}


def completeness_text(answer: "Completeness") -> str:
    """Return a table of the kinds, for all cases and then for each group."""
    lines = [say("(simulated)")] if answer.simulated else []
    lines += [
        wrapped(
            say(
                "{log}: how much of what there is to see the cases have shown; held out: of what a random "
                "third of the cases shows, the share that the other two thirds had shown",
                log=answer.log,
            ),
            100,
        ),
        "",
        table(_head(answer), [_row(answer, one) for one in answer.kinds], right=range(2, 9)),
        "",
        wrapped(
            say(
                "all there is, known and further cases are estimates (Chao; Good and Turing): known is "
                "the share of what a next case will show that has been seen, further cases are those until "
                "it is {target}",
                target=share_text(answer.target),
            ),
            100,
        ),
    ]
    return "\n".join(lines)


def _head(answer: "Completeness") -> list[str]:
    return [
        say("group"),
        say("what"),
        say("cases"),
        say("seen"),
        say("seen once"),
        say("all there is"),
        say("known"),
        say("further cases"),
        say("held out"),
    ]


def _row(answer: "Completeness", one: "KindCompleteness") -> list[str]:
    group = say("all") if one.whole else value_text(answer.by or "", one.group)
    start = [group, say(KIND_NAMES[one.kind]), number_text(one.cases)]
    if one.estimate is None:
        return [*start, say("too few"), "", "", "", "", ""]
    found, held = one.estimate, one.saturation
    return [
        *start,
        number_text(found.seen),
        number_text(found.once),
        f"{found.total:,.1f}",
        share_text(found.coverage),
        say("cannot be told") if found.further is None else number_text(found.further),
        "–" if held is None else f"{share_text(held.share)} [{100 * held.low:.0f}–{100 * held.high:.0f}]",
    ]
