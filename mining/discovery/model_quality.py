"""How good a discovered model is: fitness, precision, generalisation, simplicity, each from 0 to 1."""

from dataclasses import dataclass
from math import sqrt
from statistics import mean
from time import monotonic

from mining.nets.alignment import AlignedTraces, Aligner
from mining.nets.known_markings import TooManyMarkingsError
from mining.nets.petri_net import ModelRefusedError, PetriNet
from mining.nets.precision import precision
from mining.nets.token_replay import OutOfTimeError, replay
from mining.nets.traces import Traces

USUAL_DEGREE = 2  # arcs at a place or step of a plain sequence


@dataclass(frozen=True, slots=True)
class ModelQuality:
    """The four qualities of a model for a log.

    Fitness is by exact alignments, of the cases that could be aligned in time; None where none could, or
    where `has_end` is false, as the model's end can never be reached. Precision is None where more
    markings of the model would have to be looked at than `PrefixWalk` does, generalisation for a model that
    cannot be replayed in time.
    """

    has_end: bool
    fitness: float | None
    average_trace_fitness: float | None
    fitting_cases: int
    unaligned_cases: int
    precision: float | None
    generalisation: float | None
    simplicity: float


def model_quality(net: PetriNet, traces: Traces, time_limit: float) -> ModelQuality:
    """Measure a model on `traces`; alignments and a replay longer than `time_limit` seconds are given up."""
    aligned = _aligned(net, traces, time_limit)
    return ModelQuality(
        has_end=aligned is not None,
        fitness=aligned.log_fitness if aligned else None,
        average_trace_fitness=aligned.average_trace_fitness if aligned else None,
        fitting_cases=aligned.n_fitting_cases if aligned else 0,
        unaligned_cases=traces.n_cases - (aligned.n_cases if aligned else 0),
        precision=_precision(net, traces),
        generalisation=generalisation(net, traces, time_limit),
        simplicity=simplicity(net),
    )


def _aligned(net: PetriNet, traces: Traces, time_limit: float) -> AlignedTraces | None:
    try:
        return Aligner(net).align(traces, time_limit=time_limit)
    except ModelRefusedError:
        return None


def _precision(net: PetriNet, traces: Traces) -> float | None:
    try:
        return precision(net, traces)
    except TooManyMarkingsError:
        return None


def generalisation(net: PetriNet, traces: Traces, time_limit: float) -> float | None:
    """Return how far every step of a model rests on many observations; None if the time does not suffice.

    Source: Buijs, van Dongen and van der Aalst, Quality dimensions in process discovery (2014): 1 less the
    mean, over the steps, of 1/√(times fired in a token-based replay); a step never fired counts 1.
    """
    if not net.transitions:
        return 1.0
    try:
        fired = replay(net, traces, until=monotonic() + time_limit).fired
    except OutOfTimeError:
        return None
    return 1 - mean(1 / sqrt(fired.get(step.name) or 1) for step in net.transitions)


def simplicity(net: PetriNet) -> float:
    """Return 1/(1 + arcs at a place or step, on average, beyond two).

    Source: Vázquez-Barreiros, Mucientes and Lama, ProDiGen (2015), inverse arc degree.
    """
    arcs = sum(len(step.takes) + len(step.gives) for step in net.transitions)
    n_nodes = len(net.places) + len(net.transitions)
    return 1 / (1 + max(0.0, 2 * arcs / n_nodes - USUAL_DEGREE)) if n_nodes else 1.0
