"""The profiles of a log's groups, counted in a few passes over the prepared log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from eventlogs.attributes import decode_value
from eventlogs.compilation import drop_temporary
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.cases.log_clock import time_in
from mining.cases.supposed_ends import SupposedEnds
from mining.comparison.case_mix import Trait, fill_layers, layer_keys, mixed_cases
from mining.comparison.counting import CaseCounter
from mining.comparison.figures import median_estimate, share_estimate
from mining.comparison.profiles import Counts, Estimate, Figures, LayerKey, Profile
from mining.conformance.verdicts import judged
from mining.nets.traces import traces_of
from mining.normative.chain_net import Fitness, chain_fitness
from mining.normative.model import NormativeModel
from mining.normative.norm_tables import NothingToCheckError
from mining.stalls.norms import find_stalled

FitnessOfGroups = dict[int | None, Fitness]

_HAS_ENDS = "SELECT EXISTS (FROM norm_case WHERE state <> 'running')"
_N_CASES = "SELECT count(*) FROM trace"
_STATES = "SELECT grp, state, count(*) FROM norm_case GROUP BY grp, state"
_STOPPED = "SELECT case_no FROM stall_reported WHERE state IN ('running', 'halted')"
_STRICT = """
    SELECT DISTINCT case_no FROM norm_status JOIN norm_rule USING (rule_no)
    WHERE strength = 'strict' AND status NOT IN ('kept', 'waived')
"""
_TEMPORARY = ("compared_case", "compared_layer", "compared_told", "compared_wait", "compared_drawn")
_UNKNOWN = Estimate(None, None, None, 0)


@dataclass(frozen=True)
class ReadProfiles:
    """The profiles of a log, the largest group first; `left_out` cases have no value and are in none.

    `supposed` is what ends are supposed where the log tells of none; which of them are good is not known.
    """

    profiles: tuple[Profile, ...]
    left_out: int
    has_ends: bool
    has_rules: bool
    supposed: SupposedEnds | None


def read_profiles(
    prepared: PreparedLog, model: NormativeModel, by: str | None, traits: Sequence[Trait] = ()
) -> ReadProfiles:
    """Count the groups of cases that the attribute `by` makes, also with the mix of their `traits`.

    Without `by` the whole log is one group of the log's name.
    """
    grouping, traces = None if by is None else prepared.attribute(by), traces_of(prepared)
    with _judged_or_standing(prepared, model, by) as (
        connection,
        supposed,
        fitness,
    ):
        has_ends = supposed is None and connection.execute(_HAS_ENDS).fetchall()[0][0]
        watched = has_ends or supposed is not None or prepared.log.kind == "live"
        fill_layers(connection, prepared, traits)
        connection.execute(sql("comparison/cases", "mining"), {"watched": watched, "grouped": by is not None})
        connection.execute(sql("comparison/case_waits", "mining"))
        counter = CaseCounter(connection, traces, model, has_rules=fitness is not None)
        figures = _Figures(
            connection, counter, fitness, has_ends=has_ends, stand=has_ends or supposed is not None
        ).by_group(grouping, prepared.log.name)
        keys = layer_keys(connection)
        profiles = tuple(_profiles(counter, figures, prepared.log.name, keys))
        if traits:
            marks = _marks(connection, prepared, watched=watched, has_rules=fitness is not None)
            profiles = _with_mix(connection, profiles, figures, traits, marks)
        n_cases = connection.execute(_N_CASES).fetchall()[0][0]
        drop_temporary(connection, _TEMPORARY)
    left_out = n_cases - sum(profile.cases for profile in profiles)
    return ReadProfiles(profiles, left_out, has_ends, fitness is not None, supposed)


@contextmanager
def _judged_or_standing(
    prepared: PreparedLog, model: NormativeModel, by: str | None
) -> Iterator[tuple[Connection, SupposedEnds | None, FitnessOfGroups | None]]:
    """Lend the verdicts on a log and the fitness of its groups; where no rule applies, how cases stand."""
    applies = True
    try:
        with judged(prepared, model, by) as verdicts:
            yield verdicts.connection, verdicts.supposed, chain_fitness(verdicts, model)
    except NothingToCheckError:
        applies = False
    if applies:
        return
    attributes = CaseAttributes.of(prepared, by)
    with standing_cases(prepared, model.ending, attributes) as (connection, supposed):
        yield connection, supposed, None


def _marks(
    connection: Connection, prepared: PreparedLog, *, watched: bool, has_rules: bool
) -> dict[str, list[int]]:
    """Return which cases have stopped, shelved or idle for too long, and which break a strict rule."""
    found: dict[str, list[int]] = {}
    if watched:
        log = {"log_id": prepared.choice.log_id}
        find_stalled(connection, log, time_in(prepared), grouped=True)
        found["stopped"] = [row[0] for row in connection.execute(_STOPPED).fetchall()]
    if has_rules:
        found["strict"] = [row[0] for row in connection.execute(_STRICT).fetchall()]
    return found


def _with_mix(
    connection: Connection,
    profiles: Sequence[Profile],
    groups: Iterable[int],
    traits: Sequence[Trait],
    marks: Mapping[str, Iterable[int]],
) -> tuple[Profile, ...]:
    mixed = mixed_cases(connection, traits, marks)
    return tuple(
        replace(profile, mixed=mixed.get(group)) for group, profile in zip(groups, profiles, strict=True)
    )


def _profiles(
    counter: CaseCounter, figures: dict[int, tuple[str, Figures]], source: str, keys: Mapping[int, LayerKey]
) -> Iterator[Profile]:
    whole, medians = counter.counts(layered=False), counter.median_waits()
    apart = counter.counts(layered=True) if keys else {}
    for group, (name, found) in figures.items():
        layers: dict[LayerKey, Counts] = {
            keys[layer]: one for (of, layer), one in apart.items() if of == group
        }
        yield Profile(name, source, found, whole[group, 0], medians.get(group, {}), layers)


class _Figures:
    """The key figures of every group."""

    def __init__(
        self,
        connection: Connection,
        counter: CaseCounter,
        fitness: FitnessOfGroups | None,
        *,
        has_ends: bool,
        stand: bool,
    ) -> None:
        self._connection = connection
        self._counter = counter
        self._fitness = fitness
        self._has_ends = has_ends
        self._stand = stand  # whether it is known, or supposed, how cases stand

    def by_group(self, grouping: int | None, whole: str) -> dict[int, tuple[str, Figures]]:
        """Return name and figures of each group, the largest first; a log that is one is named `whole`."""
        durations = self._counter.durations()
        strict = {} if self._fitness is None else self._strict()
        states = self._states()
        found = {}
        for group, value, cases, events, variants in self._counter.rows("sizes", {"by": grouping}):
            stand, fitness = states[group], (self._fitness or {}).get(group)
            ended = stand["completed"] + stand["failed"] + stand["ended"]
            figures = Figures(
                cases=cases,
                events=events,
                variants=variants,
                completed=stand["completed"] if self._has_ends else None,
                failed=stand["failed"] if self._has_ends else None,
                running=stand["running"] if self._stand else None,
                otherwise=stand["halted"] + stand["ended"] + stand["silent"] if self._stand else None,
                completed_share=share_estimate(stand["completed"], ended) if self._has_ends else _UNKNOWN,
                median_duration=median_estimate(*durations[group]) if group in durations else _UNKNOWN,
                strict_deviations=_UNKNOWN
                if fitness is None
                else share_estimate(strict.get(group, 0), fitness.cases),
                fitness=_UNKNOWN
                if fitness is None
                else Estimate.of(fitness.log_fitness, fitness.interval, fitness.cases),
                precision=_UNKNOWN
                if fitness is None
                else Estimate.of(fitness.precision, fitness.precision_interval, fitness.cases),
            )
            found[group] = whole if value is None else str(decode_value(value)), figures
        return found

    def _strict(self) -> dict[int, int]:
        return dict(self._counter.rows("strict_deviations"))

    def _states(self) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for group, state, n in self._connection.execute(_STATES).fetchall():
            empty = dict.fromkeys(("completed", "failed", "ended", "silent", "halted", "running"), 0)
            found.setdefault(group, empty)[state] = n
        return found
