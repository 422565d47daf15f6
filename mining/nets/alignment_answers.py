"""What aligning or replaying a log on a model found, as the commands answer it."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventlogs.amounts import number_text
from eventlogs.language import say, sayable
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from mining.nets.alignment import AlignedTraces, Aligner
from mining.nets.alignment_moves import Move, moves
from mining.nets.petri_net import ModelRefusedError, PetriNet
from mining.nets.precision import PrefixTree
from mining.nets.traces import Traces, grouped_traces, traces_of
from mining.resampling import Interval, fitness_interval, interval

N_RESAMPLES = 1_000
N_PRECISION_RESAMPLES = 200

_TRACE = """
    SELECT activity_code.name
    FROM trace JOIN trace_event USING (case_no)
    JOIN activity_code ON activity_code.code = trace_event.activity
    WHERE trace.case_id = $case_id ORDER BY trace_event.pos
"""


@dataclass(frozen=True, slots=True)
class GroupFit:
    """How one group of cases fits a model; `group` None is the cases without a value.

    The intervals are those of a bootstrap over cases, 95 %.
    """

    group: str | None
    cases: int
    fitting_cases: int
    log_fitness: float | None
    interval: Interval | None
    precision: float | None
    precision_interval: Interval | None


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
    interval: Interval | None
    groups: tuple[GroupFit, ...]

    def as_text(self) -> str:
        """Return the figures in a few lines; none where nothing could be aligned."""
        lines = [] if self.unaligned_cases == self.cases else self._figures()
        if self.unaligned_cases:
            lines.append(
                say(
                    "{n} cases could not be aligned within the limits of time and memory and are left out of "
                    "all figures; --time-limit gives more time, a smaller model needs less",
                    n=number_text(self.unaligned_cases),
                )
            )
        return "\n".join(lines)

    def _figures(self) -> list[str]:
        lines = [
            say(
                "{fitting} of {cases} cases of {log} fit the model as they are ({variants} variants)",
                fitting=number_text(self.fitting_cases),
                cases=number_text(self.cases),
                log=self.log,
                variants=number_text(self.variants),
            ),
            say(
                "cost of all alignments: {cost} moves that only the log or only the model makes",
                cost=number_text(self.cost),
            ),
            say(
                "fitness of the log {log_fitness}, mean fitness of a case {mean}",
                log_fitness=share(self.log_fitness),
                mean=share(self.average_trace_fitness),
            ),
        ]
        if self.groups:
            lines += ["", _group_table(self.groups)]
        return lines


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
            cost=number_text(self.cost),
            fitness=share(self.fitness),
        )
        return head + "\n\n" + table([say("move"), say("activity")], rows)


_KINDS = {
    "synchronous": sayable("both"),
    "log": sayable("only the log"),
    "model": sayable("only the model"),
}


def alignment_answer(
    prepared: PreparedLog, net: PetriNet, time_limit: float, by: str | None = None
) -> AlignmentAnswer:
    """Align every case of a log with `net`, in at most about `time_limit` seconds."""
    traces, groups = (traces_of(prepared), {}) if by is None else grouped_traces(prepared, by)
    aligner = Aligner(net)
    aligned = aligner.align(traces, time_limit=time_limit)
    tree = PrefixTree(aligner.net, traces) if groups and aligner.lists_markings else None
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
        interval=_interval(aligned),
        groups=tuple(_group_fit(group, aligned.of_cases(counts), tree) for group, counts in groups.items()),
    )


def _group_fit(group: str | None, aligned: AlignedTraces, tree: PrefixTree | None) -> GroupFit:
    counts = aligned.traces.counts
    return GroupFit(
        group=group,
        cases=int(counts.sum()),
        fitting_cases=aligned.n_fitting_cases,
        log_fitness=aligned.log_fitness,
        interval=_interval(aligned),
        precision=None if tree is None else tree.precision(counts),
        precision_interval=None
        if tree is None
        else interval(tree.precisions, counts, N_PRECISION_RESAMPLES, unbiased=False),
    )


def _interval(aligned: AlignedTraces) -> Interval | None:
    known = aligned.aligned
    return fitness_interval(
        aligned.costs[known], aligned.worst_costs[known], aligned.traces.counts[known], N_RESAMPLES
    )


def _group_table(groups: Sequence[GroupFit]) -> str:
    head = [
        say("group"),
        say("cases"),
        say("fitness"),
        say("95 % interval"),
        say("precision"),
        say("95 % interval"),
    ]
    rows = [
        [
            say("(none)") if one.group is None else one.group,
            str(one.cases),
            share(one.log_fitness),
            interval_text(one.interval),
            share(one.precision),
            interval_text(one.precision_interval),
        ]
        for one in groups
    ]
    return table(head, rows, right=range(1, 6))


def case_alignment(prepared: PreparedLog, net: PetriNet, case_id: str) -> CaseAlignment:
    """Return one cheapest alignment of one case."""
    with prepared.reading() as connection:
        trace = [name for (name,) in connection.execute(_TRACE, {"case_id": case_id}).fetchall()]
    if not trace:
        raise ModelRefusedError("the log {log} has no case {case_id}", log=prepared.log.name, case_id=case_id)
    aligner = Aligner(net)
    aligned = aligner.align(Traces.of([trace]))
    return CaseAlignment(case_id, aligned.cost, float(aligned.fitness[0]), tuple(moves(aligner, trace)))


def interval_text(interval: Interval | None) -> str:
    """Return an interval with three decimals; nothing if there is none."""
    return "" if interval is None else f"[{interval[0]:.3f}, {interval[1]:.3f}]"


def share(value: float | None) -> str:
    """Return a share with four decimals, or that there is none."""
    return say("not known") if value is None else f"{value:.4f}"
