"""The answer in five sentences: what was seen, the groups, the model, where projects stalled, what runs."""

from collections import Counter
from collections.abc import Callable

from dashboards.report.contents import Report
from dashboards.report.tables import share_with_interval
from dashboards.templating import day_text
from eventlogs.amounts import number_text, share_text
from eventlogs.language import say
from eventlogs.words import activity_label, value_label
from mining.cases.case_groups import value_text
from mining.comparison.answer import ComparedGroup
from mining.conformance.counts import RuleCount
from mining.stalls.sentences import cause_label

HARD = ("strict", "gate")
Lead = Callable[..., str]
"""What makes a text lead somewhere: `lead(text, page, (name, value), …)`, the page by its name."""


def nowhere(text: str, page: str, *asked: tuple[str, str]) -> str:
    """Return the text as it is, for a file that stands alone."""
    return text


def answer(report: Report, lead: Lead = nowhere) -> list[str]:
    """Return the five sentences, in this order, their numbers leading where `lead` takes them."""
    return [
        _looked_at(report, lead),
        _groups(report, lead),
        _model(report, lead),
        _stalled(report, lead),
        _running(report, lead),
    ]


def _looked_at(report: Report, lead: Lead) -> str:
    seen = {
        "cases": lead(number_text(report.together.cases), "cases"),
        "first": day_text(report.description.first_event),
        "last": day_text(report.description.last_event),
        "completed": lead(number_text(report.completed), "cases", ("stands", "completed.ended")),
        "running": lead(number_text(report.running), "cases", ("stands", "running")),
    }
    if report.stalls.supposed:
        return say(
            "{cases} projects from {first} to {last}; the log tells of no end, so {completed} whose last "
            "activity usually ends a project are taken as ended, {silent} have fallen silent, and {running} "
            "are taken as still running.",
            silent=lead(number_text(report.silent), "cases", ("stands", "silent")),
            **seen,
        )
    return say(
        "{cases} projects from {first} to {last}: {completed} were completed, {failed} failed or were "
        "shelved, {running} still run.",
        failed=lead(number_text(report.failed), "cases", ("stands", "failed.halted")),
        **seen,
    )


def _groups(report: Report, lead: Lead) -> str:
    known = [group for group in report.comparison.compared if _share(group) is not None]
    if len(report.comparison.compared) < 2:
        return say(
            "Fewer than two groups have {n} projects or more: nothing can be compared.",
            n=report.comparison.min_cases,
        )
    if len(known) < 2:
        return say(
            "The log does not tell which ends were good ones; between the groups {n} differences "
            "survive the tests.",
            n=_differences(len(report.comparison.differences), report, lead),
        )
    best, worst = (choose(known, key=lambda group: _share(group) or 0.0) for choose in (max, min))
    pair, found = {best.name, worst.name}, report.comparison.differences
    itself = any(one.question == "completion" and {one.one, one.other} == pair for one in found)
    return say(
        "Of the projects that have ended, {best} completed most ({best_share}) and {worst} fewest "
        "({worst_share}), and {verdict}; between the groups {others} other differences survive the tests.",
        best=value_text(report.by, best.name),
        best_share=_with_interval(best),
        worst=value_text(report.by, worst.name),
        worst_share=_with_interval(worst),
        verdict=say("that difference survives its test") if itself else say("that difference may be chance"),
        others=_differences(len(found) - itself, report, lead),
    )


def _differences(n: int, report: Report, lead: Lead) -> str:
    return lead(number_text(n), "compare#differs", ("by", report.by))


def _model(report: Report, lead: Lead) -> str:
    unjudged = () if report.conformance is None else report.conformance.unjudged
    return _of_the_model(report, lead) + "".join(
        say(
            " {n} projects are held against no model: there is none for their kind ({kind}).",
            n=number_text(one.cases),
            kind=value_label("retrofit", one.retrofit),
        )
        for one in unjudged
    )


def _of_the_model(report: Report, lead: Lead) -> str:
    if report.conformance is None:
        return say(
            "The model speaks of nothing that happens in this log, so that no project is judged by it."
        )
    strengths = {rule.key: rule.strength for rule in report.model.rules}
    hard = [count for count in report.conformance.whole.rules if strengths[count.rule] in HARD]
    broken: list[RuleCount] = sorted((c for c in hard if c.broken), key=lambda c: (-c.broken, c.rule))
    log_fitness = report.conformance.whole.fitness.log_fitness
    fitness = say("not known") if log_fitness is None else share_text(log_fitness)
    if not broken:
        return say(
            "No project breaks a strict rule or a gate of the model; the chains of roles are followed "
            "by {fitness}.",
            fitness=fitness,
        )
    rule = report.model.rule(broken[0].rule)
    return say(
        "{rules} of {all_rules} strict rules and gates of the model are broken somewhere, most often {rule} "
        "in {n} projects ({sentence}); the chains of roles are followed by {fitness}.",
        rules=len(broken),
        all_rules=len(hard),
        rule=rule.key,
        n=lead(number_text(broken[0].broken), "cases", ("rule", rule.key), ("did", "broken")),
        sentence=rule.sentence.rstrip("。."),
        fitness=fitness,
    )


def _stalled(report: Report, lead: Lead) -> str:
    over = [one for one in report.stalls.stalls if one.state != "running"]
    if not over and report.stalls.supposed:
        return say("The log does not tell whether any project has failed or was shelved.")
    if not over:
        return say("No project has failed or was shelved.")
    cause, n = Counter(one.cause for one in over).most_common(1)[0]
    everyone = lead(number_text(len(over)), "cases", ("stands", "failed.halted"))
    caused = lead(number_text(n), "stalls", ("cause", cause), ("state", "failed.halted"))
    places = Counter(one.place for one in over if one.place is not None).most_common(1)
    if not places:
        return say(
            "{all} projects failed or were shelved, most often because of: {cause} ({n}); the log does not "
            "show where.",
            all=everyone,
            cause=cause_label(cause),
            n=caused,
        )
    place, n_place = places[0]
    return say(
        "{all} projects failed or were shelved, most often at the step {place} ({n_place}), most often "
        "because of: {cause} ({n}).",
        all=everyone,
        place=activity_label(place),
        n_place=lead(number_text(n_place), "stalls", ("step", place), ("state", "failed.halted")),
        cause=cause_label(cause),
        n=caused,
    )


def _running(report: Report, lead: Lead) -> str:
    alarms = report.stalls.alarms
    if not report.running:
        return say("No project runs any more.")
    running = lead(number_text(report.running), "cases", ("stands", "running"))
    if not alarms:
        return say(
            "None of the {n} running projects has stood idle for longer than is normal for its step.",
            n=running,
        )
    first = alarms[0]
    return say(
        "{n} of {running} running projects have stood idle for longer than is normal, first of all {case} "
        "({days} days).",
        n=lead(number_text(len(alarms)), "stalls", ("state", "running")),
        running=running,
        case=lead(report.called(first.case_id), "cases/one", ("case", first.case_id)),
        days=number_text(first.idle.days),
    )


def _share(group: ComparedGroup) -> float | None:
    return None if group.figures is None else group.figures.completed_share.value


def _with_interval(group: ComparedGroup) -> str:
    assert group.figures is not None
    return share_with_interval(group.figures.completed_share)
