"""What aligning or replaying a log on a model found, as the commands answer it."""

from dataclasses import dataclass

from eventlogs.language import say, sayable
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from mining.alignment import Aligner
from mining.alignment_moves import Move, moves
from mining.petri_net import ModelRefusedError, PetriNet
from mining.precision import precision
from mining.reachability import reachability_graph
from mining.token_replay import replay
from mining.traces import Traces, traces_of

MAX_MARKINGS_FOR_PRECISION = 20_000

_TRACE = """
    SELECT activity_code.name
    FROM trace JOIN trace_event USING (case_no)
    JOIN activity_code ON activity_code.code = trace_event.activity
    WHERE trace.case_id = $case_id ORDER BY trace_event.pos
"""


@dataclass(frozen=True, slots=True)
class AlignmentAnswer:
    """How a log aligns with a model: unit costs, silent moves free.

    The figures are those of the aligned cases; `unaligned_cases` are those for which time ran out.
    """

    log: str
    cases: int
    fitting_cases: int
    unaligned_cases: int
    variants: int
    cost: int
    model_cost: int
    log_fitness: float | None
    average_trace_fitness: float | None

    def as_text(self) -> str:
        """Return the figures in a few lines."""
        lines = [
            say(
                "{fitting} of {cases} cases of {log} fit the model as they are ({variants} variants)",
                fitting=self.fitting_cases,
                cases=self.cases,
                log=self.log,
                variants=self.variants,
            ),
            say(
                "cost of all alignments: {cost} moves that only the log or only the model makes",
                cost=self.cost,
            ),
            say(
                "fitness of the log {log_fitness}, mean fitness of a case {mean}",
                log_fitness=share(self.log_fitness),
                mean=share(self.average_trace_fitness),
            ),
        ]
        if self.unaligned_cases:
            lines.append(
                say(
                    "{n} cases could not be aligned in time and are left out of all figures; "
                    "give more time with --time-limit",
                    n=self.unaligned_cases,
                )
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class CaseAlignment:
    """One cheapest alignment of a case."""

    case_id: str
    cost: int
    fitness: float
    moves: tuple[Move, ...]

    def as_text(self) -> str:
        """Return a line per move that is not silent."""
        shown = [move for move in self.moves if move.kind != "silent"]
        rows = [[say(_KINDS[move.kind]), str(move.activity)] for move in shown]
        head = say(
            "case {case_id}: cost {cost}, fitness {fitness}",
            case_id=self.case_id,
            cost=self.cost,
            fitness=share(self.fitness),
        )
        return head + "\n\n" + table([say("move"), say("activity")], rows)


@dataclass(frozen=True, slots=True)
class ReplayAnswer:
    """How a model replays a log: tokens over all cases, and the fitness they give."""

    log: str
    cases: int
    fitting_cases: int
    variants: int
    produced: int
    consumed: int
    missing: int
    remaining: int
    unknown_events: int
    log_fitness: float
    average_trace_fitness: float | None

    def as_text(self) -> str:
        """Return the figures in a few lines."""
        lines = [
            say(
                "{fitting} of {cases} cases of {log} are replayed without a missing or remaining token",
                fitting=self.fitting_cases,
                cases=self.cases,
                log=self.log,
            ),
            say(
                "tokens: {produced} produced, {consumed} consumed, {missing} missing, {remaining} remaining",
                produced=self.produced,
                consumed=self.consumed,
                missing=self.missing,
                remaining=self.remaining,
            ),
            say(
                "fitness of the log {log_fitness}, mean fitness of a case {mean}",
                log_fitness=share(self.log_fitness),
                mean=share(self.average_trace_fitness),
            ),
        ]
        if self.unknown_events:
            lines.append(
                say("{n} events are of activities that the model does not know", n=self.unknown_events)
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class PrecisionAnswer:
    """How precise a model is for a log, by escaping arcs."""

    log: str
    cases: int
    precision: float

    def as_text(self) -> str:
        """Return the figure in a sentence."""
        return say(
            "precision {precision}: the share of what the model allows along {log} that was ever done",
            precision=share(self.precision),
            log=self.log,
        )


_KINDS = {
    "synchronous": sayable("both"),
    "log": sayable("only the log"),
    "model": sayable("only the model"),
}


def alignment_answer(prepared: PreparedLog, net: PetriNet, time_limit: float) -> AlignmentAnswer:
    """Align every case of a log with `net`, in at most about `time_limit` seconds."""
    traces = traces_of(prepared)
    aligned = Aligner(net).align(traces, time_limit=time_limit)
    return AlignmentAnswer(
        log=prepared.log.name,
        cases=traces.n_cases,
        fitting_cases=aligned.n_fitting_cases,
        unaligned_cases=traces.n_cases - aligned.n_cases,
        variants=len(traces),
        cost=aligned.cost,
        model_cost=aligned.model_cost,
        log_fitness=aligned.log_fitness,
        average_trace_fitness=aligned.average_trace_fitness,
    )


def case_alignment(prepared: PreparedLog, net: PetriNet, case_id: str) -> CaseAlignment:
    """Return one cheapest alignment of one case."""
    with prepared.reading() as connection:
        trace = [name for (name,) in connection.execute(_TRACE, {"case_id": case_id}).fetchall()]
    if not trace:
        raise ModelRefusedError("the log {log} has no case {case_id}", log=prepared.log.name, case_id=case_id)
    aligner = Aligner(net)
    aligned = aligner.align(Traces.of([trace]))
    return CaseAlignment(case_id, aligned.cost, float(aligned.fitness[0]), tuple(moves(aligner, trace)))


def replay_answer(prepared: PreparedLog, net: PetriNet) -> ReplayAnswer:
    """Replay every case of a log on `net`."""
    traces = traces_of(prepared)
    replayed = replay(net, traces)
    total = replayed.total
    return ReplayAnswer(
        log=prepared.log.name,
        cases=traces.n_cases,
        fitting_cases=replayed.n_fitting_cases,
        variants=len(traces),
        produced=total.produced,
        consumed=total.consumed,
        missing=total.missing,
        remaining=total.remaining,
        unknown_events=replayed.n_unknown_events,
        log_fitness=total.fitness,
        average_trace_fitness=replayed.average_trace_fitness,
    )


def precision_answer(prepared: PreparedLog, net: PetriNet) -> PrecisionAnswer:
    """Measure how precise `net` is for a log."""
    graph = reachability_graph(net, max_markings=MAX_MARKINGS_FOR_PRECISION)
    if not graph.complete:
        raise ModelRefusedError(
            "the model reaches more than {n} markings; its precision cannot be measured",
            n=MAX_MARKINGS_FOR_PRECISION,
        )
    traces = traces_of(prepared)
    return PrecisionAnswer(prepared.log.name, traces.n_cases, precision(graph, traces))


def share(value: float | None) -> str:
    """Return a share with four decimals, or that there is none."""
    return say("not known") if value is None else f"{value:.4f}"
