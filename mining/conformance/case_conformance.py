"""How one case stands against a normative model: its steps, the rules it tests, its chains' moves."""

from dataclasses import dataclass
from datetime import datetime

from eventlogs.language import say, sayable
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.vocabulary import label
from eventlogs.words import value_label
from mining.conformance.text import STATUS_NAMES
from mining.conformance.verdicts import Judged, judged
from mining.nets.alignment_moves import Move, moves
from mining.nets.petri_net import ModelRefusedError
from mining.normative.chain_net import chain_aligner
from mining.normative.model import NormativeModel
from mining.normative.text import chain_words, rule_words

_CASE = """
    SELECT case_no, state, retrofit
    FROM trace JOIN norm_case USING (case_no) LEFT JOIN unjudged_case USING (case_no)
    WHERE case_id = $case_id
"""
_STEPS = """
    SELECT chain_no, step_no, verdict, first_at, n FROM norm_verdict
    WHERE case_no = $case_no ORDER BY chain_no, step_no
"""
_STATUSES = """
    SELECT rule_no, status, pos, happened_at FROM norm_status WHERE case_no = $case_no ORDER BY rule_no
"""
_ROLES = """
    SELECT p.mark FROM trace_event AS e JOIN norm_pair AS p USING (activity, role)
    JOIN norm_step AS s ON s.mark = p.mark
    WHERE e.case_no = $case_no ORDER BY e.pos
"""
VERDICT_NAMES = {
    "in_order": sayable("in order"),
    "out_of_order": sayable("out of order"),
    "skipped": sayable("skipped"),
    "not_reached": sayable("not reached yet"),
    "withdrawn": sayable("withdrawn"),
}


@dataclass(frozen=True, slots=True)
class CaseStep:
    """How a case stands with one step of a chain."""

    chain: str
    role: str
    verdict: str
    first_at: datetime | None
    events: int


@dataclass(frozen=True, slots=True)
class CaseRule:
    """What a case did with a rule that it tests, and the event that tested it."""

    rule: str
    status: str
    position: int
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseConformance:
    """One case held against a normative model; `moves` are those of its chain roles.

    `unjudged` is its type of retrofit if the model is not about it; then nothing is said of it.
    """

    log: str
    case_id: str
    state: str
    model: NormativeModel
    steps: tuple[CaseStep, ...]
    rules: tuple[CaseRule, ...]
    moves: tuple[Move, ...]
    unjudged: str | None = None

    def as_text(self) -> str:
        """Return the steps and the rules in two tables."""
        if self.unjudged is not None:
            return say(
                "case {case_id} of {log} is held against no model: there is none for this kind of project "
                "({kind})",
                case_id=self.case_id,
                log=self.log,
                kind=value_label("retrofit", self.unjudged),
            )
        steps = [
            [chain_words(self.model, step.chain), label("roles", step.role), say(VERDICT_NAMES[step.verdict])]
            for step in self.steps
        ]
        rules = [
            [one.rule, rule_words(self.model.rule(one.rule)), say(STATUS_NAMES.get(one.status, "kept"))]
            for one in self.rules
        ]
        return "\n".join(
            [
                say("case {case_id} of {log}", case_id=self.case_id, log=self.log),
                "",
                table([say("chain"), say("role"), say("verdict")], steps),
                "",
                table([say("rule"), say("what it says"), say("verdict")], rules),
            ]
        )


def case_conformance(prepared: PreparedLog, model: NormativeModel, case_id: str) -> CaseConformance:
    """Judge one case of a log by `model`."""
    with judged(prepared, model) as verdicts:
        found = verdicts.connection.execute(_CASE, {"case_id": case_id}).fetchone()
        if found is None:
            raise ModelRefusedError(
                "the log {log} has no case {case_id}", log=prepared.log.name, case_id=case_id
            )
        case_no, state, retrofit = found
        return CaseConformance(
            log=prepared.log.name,
            case_id=case_id,
            state=state,
            model=model,
            steps=_steps(verdicts, model, case_no),
            rules=_rules(verdicts, model, case_no),
            moves=() if retrofit else _moves(verdicts, model, case_no, whole=state == "completed"),
            unjudged=retrofit,
        )


def _steps(verdicts: Judged, model: NormativeModel, case_no: int) -> tuple[CaseStep, ...]:
    found = verdicts.connection.execute(_STEPS, {"case_no": case_no}).fetchall()
    return tuple(
        CaseStep(model.chains[chain].key, model.chains[chain].roles[step], verdict, first_at, n)
        for chain, step, verdict, first_at, n in found
    )


def _rules(verdicts: Judged, model: NormativeModel, case_no: int) -> tuple[CaseRule, ...]:
    found = verdicts.connection.execute(_STATUSES, {"case_no": case_no}).fetchall()
    return tuple(CaseRule(model.rules[rule].key, status, pos, moment) for rule, status, pos, moment in found)


def _moves(verdicts: Judged, model: NormativeModel, case_no: int, *, whole: bool) -> tuple[Move, ...]:
    roles = verdicts.tables.role_of_mark()
    found = verdicts.connection.execute(_ROLES, {"case_no": case_no}).fetchall()
    trace = [roles[mark] for (mark,) in found]
    return tuple(moves(chain_aligner(model.chains), trace, whole=whole))
