"""What `retrofit simulate` answers with: the cohort in numbers, marked as simulated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eventlogs.amounts import number_text
from eventlogs.cities import city_label
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.vocabulary import label
from flows.simulation.truth import Truth


@dataclass(frozen=True)
class CityCohort:
    """A city's projects: how many there are, succeeded, failed, and still run."""

    city: str
    projects: int
    successes: int
    failures: int
    running: int


@dataclass(frozen=True)
class SimulatedCohort:
    """A cohort that was played."""

    log: str
    simulated: bool
    seed: int
    events: int
    cities: list[CityCohort]
    failures: dict[str, int]
    deviations_planted: dict[str, int]
    stalls_planted: dict[str, int]
    batches_planted: dict[str, int]
    queues_planted: dict[str, int]

    def as_text(self) -> str:
        """Return a table of the cities and the causes of failure, under the sentence that none is real."""
        head = [say(word) for word in ("City", "Projects", "Successes", "Failures", "Running")]
        rows = [
            [city_label(one.city)]
            + [str(n) for n in (one.projects, one.successes, one.failures, one.running)]
            for one in self.cities
        ]
        lines = [
            say(
                "The log {log} is simulated, none of its projects is real: {events} events, seed {seed}.",
                log=self.log,
                events=number_text(self.events),
                seed=self.seed,
            ),
            table(head, rows, right=range(1, 5)),
        ]
        failed = [f"{label('outcomes', cause)} {n}" for cause, n in self.failures.items()]
        if failed:
            lines.append(say("failed: {causes}", causes=say(", ").join(failed)))
        planted = [f"{rule} {n}" for rule, n in self.deviations_planted.items()]
        if planted:
            lines.append(say("deviations planted: {rules}", rules=say(", ").join(planted)))
        stalled = [f"{label('activities', step)} {n}" for step, n in self.stalls_planted.items()]
        if stalled:
            lines.append(say("stalls planted: {steps}", steps=say(", ").join(stalled)))
        met = [f"{label('activities', step)} {n}" for step, n in self.batches_planted.items()]
        if met:
            lines.append(say("steps taken up on fixed days: {steps}", steps=say(", ").join(met)))
        queued = [f"{label('activities', step)} {n}" for step, n in self.queues_planted.items()]
        if queued:
            lines.append(say("steps that wait for a person: {steps}", steps=say(", ").join(queued)))
        return "\n".join(lines)


def simulated_cohort(known: Truth, cities: Sequence[str], n_events: int) -> SimulatedCohort:
    """Count a cohort of `n_events` events by what is true of it, its cities in the order asked for."""
    failed = Counter(one.outcome for one in known.projects if one.outcome not in (None, "completed"))
    deviations = Counter(one.rule for project in known.projects for one in project.deviations)
    stalls = Counter(one.step for project in known.projects for one in project.stalls if one.planted)
    batches = Counter(one.step for project in known.projects for one in project.batched)
    queues = Counter(one.step for project in known.projects for one in project.queued)
    counted = []
    for city in cities:
        ends = [project.outcome for project in known.projects if project.city == city]
        done, running = ends.count("completed"), ends.count(None)
        counted.append(CityCohort(city, len(ends), done, len(ends) - done - running, running))
    return SimulatedCohort(
        log=known.log,
        simulated=True,
        seed=known.seed,
        events=n_events,
        cities=counted,
        failures={str(cause): n for cause, n in failed.most_common()},
        deviations_planted=dict(sorted(deviations.items())),
        stalls_planted=dict(sorted(stalls.items())),
        batches_planted=dict(sorted(batches.items())),
        queues_planted=dict(sorted(queues.items())),
    )
