"""Cases selected by what is no filter of all pages: a phase, a rule, a repetition, how they stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboards.analysis.found_models import asked_model, cases_fitting
from dashboards.analysis.stopped import NOWHERE, stopped_text
from dashboards.analysis.study import Study
from dashboards.analysis.words import STATE_ORDER, rule_answer_word, state_word
from eventlogs.amounts import share_text
from eventlogs.language import say
from eventlogs.vocabulary import Activity, label, terms
from eventlogs.words import activity_label, role_label, value_label
from mining.cases.levels import LEVELS, Level, at_level
from mining.cases.selected_cases import (
    IN_PERSON,
    QUESTIONS,
    VERDICTS,
    cases_of_step,
    cases_that,
    cases_that_ended,
)
from mining.conformance.case_conformance import VERDICT_NAMES
from mining.conformance.judged_cases import JUDGEMENTS, cases_judged
from mining.conformance.rule_cases import RULE_ANSWERS, cases_of_rule
from mining.discovery.discovered_model import ALGORITHM_NAMES
from mining.discovery.variant_states import cases_of_variant
from mining.normative.file import read_model
from mining.normative.model import STRENGTHS, NormativeModel
from mining.normative.text import STRENGTH_NAMES, chain_words, rule_words
from mining.performance.held_cases import held_cases
from mining.stalls.finding import stalls
from mining.stalls.sentences import cause_label

Parameters = Mapping[str, str]
Find = Callable[[Study], Sequence[str]]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What an address selects: its part of the address, in words, and how the cases are found.

    `stands` narrows what else is selected to the cases that stand so.
    """

    pairs: Pairs = ()
    text: str = ""
    any_of: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    find: Find | None = None

    def case_ids(self, study: Study) -> Sequence[str] | None:
        """Return the ids of the cases where they must be found first."""
        find = self.find
        return None if find is None else study.kept(("selected", self.pairs), lambda _: find(study))


def selection_of(parameters: Parameters, *, persons: bool = False) -> Selection:
    """Return what an address selects; all where it names nothing known.

    Only where `persons` may be named is it heard who of them hands over to whom.
    """
    found = next((one for make in _MAKERS if (one := make(parameters))), Selection())
    if not persons and parameters.get("that", "").endswith(IN_PERSON):
        found = Selection()
    written = parameters.get("stands", "")
    states = tuple(state for state in STATE_ORDER if state in written.split("."))
    if not states:
        return found
    words = say(" or ").join(state_word(state) for state in states)
    text = say(", ").join(part for part in (found.text, words) if part)
    return replace(found, pairs=(*found.pairs, ("stands", written)), text=text, stands=states)


def _by_phase(parameters: Parameters) -> Selection | None:
    phase = parameters.get("phase", "")
    if phase not in terms("phases"):
        return None
    activities = tuple(
        name for name, one in terms("activities").items() if isinstance(one, Activity) and one.phase == phase
    )
    words = say("reached the phase {phase}", phase=label("phases", phase))
    return Selection((("phase", phase),), words, any_of=activities)


def _by_variant(parameters: Parameters) -> Selection | None:
    if not (written := parameters.get("rank", "")).isdecimal():
        return None
    rank = int(written)
    level: Level = next((one for one in LEVELS if one == parameters.get("level")), "activity")
    collapsed = parameters.get("runs") == "one"
    return Selection(
        _kept(parameters, "level", "runs", "rank"),
        say("went the way of variant {rank}", rank=rank),
        find=lambda study: cases_of_variant(at_level(study.prepared, level, collapsed=collapsed), rank),
    )


def _by_rule(parameters: Parameters) -> Selection | None:
    key, asked = parameters.get("rule", ""), parameters.get("did", "").split(".")
    rule = next((one for one in read_model(None).rules if one.key == key), None)
    answers = tuple(one for one in RULE_ANSWERS if one in asked)
    if rule is None or not answers:
        return None
    words = say(
        "{answer} the rule {rule}: {sentence}",
        answer=say(" or ").join(map(rule_answer_word, answers)),
        rule=key,
        sentence=rule_words(rule),
    )
    return Selection(
        _kept(parameters, "rule", "did"),
        words,
        find=lambda study: cases_of_rule(study.prepared, read_model(None), key, *answers),
    )


def _by_step(parameters: Parameters) -> Selection | None:
    chain, role, verdict = (parameters.get(name, "") for name in ("chain", "role", "verdict"))
    model = read_model(None)
    if verdict not in VERDICTS or chain not in {one.key for one in model.chains}:
        return None
    words = say(
        "{role}, {chain}: {verdict}",
        role=label("roles", role),
        chain=chain_words(model, chain),
        verdict=say(VERDICT_NAMES[verdict]),
    )
    return Selection(
        _kept(parameters, "chain", "role", "verdict"),
        words,
        find=lambda study: cases_of_step(study.prepared, model, chain, role, verdict),
    )


def _by_judgement(parameters: Parameters) -> Selection | None:
    question = parameters.get("judged", "")
    names = JUDGEMENTS.get(question)
    if names is None or any(name not in parameters for name in names):
        return None
    values = {name: parameters[name] for name in names}
    model = read_model(None)
    return Selection(
        _kept(parameters, "judged", *names),
        _judgement_words(model, question, values),
        find=lambda study: cases_judged(study.prepared, model, question, values),
    )


def _judgement_words(model: NormativeModel, question: str, values: Parameters) -> str:
    if question == "is_judged":
        return say("are held against the model")
    if question == "breaks_none":
        return say("break no rule of the model")
    if question == "fits_chains":
        return say("fit the chains wholly, the running ones as far as they have come")
    if question == "comes_back":
        loop = next((one.sentence for one in model.loops if one.key == values["loop"]), values["loop"])
        return say("came back along a loop: {loop}", loop=loop)
    chain = chain_words(model, values["chain"])
    if question == "has_both":
        other = chain_words(model, values["other"])
        return say(
            "came to step {step} of both: {chain}; {other}", step=values["step"], chain=chain, other=other
        )
    strength = next((one for one in STRENGTHS if one == values["strength"]), STRENGTHS[0])
    return say(
        "broke a rule first here: {chain} ({strength})", chain=chain, strength=say(STRENGTH_NAMES[strength])
    )


def _by_question(parameters: Parameters) -> Selection | None:
    question = parameters.get("that", "")
    names = QUESTIONS.get(question)
    if names is None or any(name not in parameters for name in names):
        return None
    values = {name: parameters[name] for name in names}
    return Selection(
        _kept(parameters, "that", *names),
        _question_words(question, values),
        find=lambda study: cases_that(study.prepared, question, values),
    )


def _question_words(question: str, values: Mapping[str, str]) -> str:
    if question.startswith(("acts", "hands_over")):
        called = values if question.endswith(IN_PERSON) else {k: role_label(v) for k, v in values.items()}
        return (
            say("{who} acts", **called)
            if "who" in values
            else say("{source} hands over to {target}", **called)
        )
    if question == "does_again":
        return say("do a step again")
    step = activity_label(values["step"])
    if question == "repeats":
        return say("does “{step}” again", step=step)
    return (
        say("starts with “{step}”", step=step)
        if question == "starts"
        else say("stops at “{step}”", step=step)
    )


def _by_end(parameters: Parameters) -> Selection | None:
    state = parameters.get("ended", "")
    try:
        first, last = (date.fromisoformat(parameters.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return None
    if state not in STATE_ORDER:
        return None
    words = say(
        "{state}, the last event from {first} to {last}", state=state_word(state), first=first, last=last
    )
    return Selection(
        _kept(parameters, "ended", "first", "last"),
        words,
        find=lambda study: cases_that_ended(study.prepared, state, first, last),
    )


def _by_stall(parameters: Parameters) -> Selection | None:
    names = ("by", "stopped", "why")
    if any(name not in parameters for name in names):
        return None
    by, place, cause = (parameters[name] for name in names)
    group = parameters.get("group")

    def find(study: Study) -> Sequence[str]:
        return [
            one.case_id
            for one in stalls(study.prepared, read_model(None), by=by).stalls
            if (one.place or NOWHERE, one.cause) == (place, cause) and group in {None, str(one.group)}
        ]

    words = say("stand still at “{step}”: {cause}", step=stopped_text(place), cause=cause_label(cause))
    return Selection(_kept(parameters, *names, "group"), words, find=find)


def _by_model(parameters: Parameters) -> Selection | None:
    if "fits" not in parameters:
        return None
    asked = asked_model(parameters)
    words = say(
        "fit the discovered model as they are ({miner}, noise left out {noise})",
        miner=say(ALGORITHM_NAMES[asked.miner]),
        noise=share_text(asked.noise),
    )
    return Selection(
        _kept(parameters, "fits", "miner", "noise", "level"),
        words,
        find=lambda study: cases_fitting(study, asked),
    )


def _by_hold(parameters: Parameters) -> Selection | None:
    if "held" not in parameters:
        return None
    cause, still = parameters["held"], parameters.get("still") == "1"
    reason = value_label("hold_cause", cause) if cause else say("(none)")
    words = (
        say("are on hold: {cause}", cause=reason) if still else say("were put on hold: {cause}", cause=reason)
    )
    return Selection(
        _kept(parameters, "held", "still"),
        words,
        find=lambda study: study.kept_of_acts(
            ("held", cause, still), lambda log: held_cases(log, cause, still=still)
        ),
    )


_MAKERS = (
    _by_hold,
    _by_model,
    _by_stall,
    _by_phase,
    _by_variant,
    _by_rule,
    _by_judgement,
    _by_step,
    _by_question,
    _by_end,
)


def _kept(parameters: Parameters, *names: str) -> Pairs:
    return tuple((name, parameters[name]) for name in names if name in parameters)
