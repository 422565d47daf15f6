"""What replaying a log on a model found, and how precise the model is, as the commands answer it."""

from dataclasses import dataclass
from time import monotonic

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.prepared import PreparedLog
from mining.nets.alignment_answers import share
from mining.nets.petri_net import ModelRefusedError, PetriNet
from mining.nets.precision import precision
from mining.nets.token_replay import OutOfTimeError, replay
from mining.nets.traces import traces_of


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
                fitting=number_text(self.fitting_cases),
                cases=number_text(self.cases),
                log=self.log,
            ),
            say(
                "tokens: {produced} produced, {consumed} consumed, {missing} missing, {remaining} remaining",
                produced=number_text(self.produced),
                consumed=number_text(self.consumed),
                missing=number_text(self.missing),
                remaining=number_text(self.remaining),
            ),
            say(
                "fitness of the log {log_fitness}, mean fitness of a case {mean}",
                log_fitness=share(self.log_fitness),
                mean=share(self.average_trace_fitness),
            ),
        ]
        if self.unknown_events:
            lines.append(
                say(
                    "{n} events are of activities that the model does not know",
                    n=number_text(self.unknown_events),
                )
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


def replay_answer(prepared: PreparedLog, net: PetriNet, time_limit: float) -> ReplayAnswer:
    """Replay every case of a log on `net`; a replay that takes more than `time_limit` seconds is refused."""
    traces = traces_of(prepared)
    try:
        replayed = replay(net, traces, until=monotonic() + time_limit)
    except OutOfTimeError:
        raise ModelRefusedError(
            "the cases of {log} cannot be replayed on the model within {seconds} seconds; choose fewer "
            "cases, or give it more time with --time-limit",
            log=prepared.log.name,
            seconds=f"{time_limit:g}",
        ) from None
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
    traces = traces_of(prepared)
    return PrecisionAnswer(prepared.log.name, traces.n_cases, precision(net, traces))
