"""What `retrofit simulate` answers with: the cohort in numbers, marked as simulated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.vocabulary import label
from flows.history import CaseHistory
from flows.simulation.cohort import Script
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

    def as_text(self) -> str:
        """Return a table of the cities and the causes of failure, under the sentence that none is real."""
        head = [say(word) for word in ("City", "Projects", "Successes", "Failures", "Running")]
        rows = [
            [label("cities", one.city)]
            + [str(n) for n in (one.projects, one.successes, one.failures, one.running)]
            for one in self.cities
        ]
        lines = [
            say(
                "The log {log} is simulated, none of its projects is real: {events} events, seed {seed}.",
                log=self.log,
                events=f"{self.events:,}",
                seed=self.seed,
            ),
            table(head, rows, right=range(1, 5)),
        ]
        failed = [f"{label('outcomes', cause)} {n}" for cause, n in self.failures.items()]
        if failed:
            lines.append(say("failed: {causes}", causes=", ".join(failed)))
        planted = [f"{rule} {n}" for rule, n in self.deviations_planted.items()]
        if planted:
            lines.append(say("deviations planted: {rules}", rules=", ".join(planted)))
        stalled = [f"{label('activities', step)} {n}" for step, n in self.stalls_planted.items()]
        if stalled:
            lines.append(say("stalls planted: {steps}", steps=", ".join(stalled)))
        return "\n".join(lines)


def simulated_cohort(
    cohort: Sequence[Script], histories: Mapping[str, CaseHistory], known: Truth
) -> SimulatedCohort:
    """Count a cohort that was played, by what its histories say."""
    begun = [script for script in cohort if histories[script.case_id].exists]
    outcomes = {script.case_id: histories[script.case_id].outcome for script in begun}
    failed = Counter(one for one in outcomes.values() if one not in (None, "completed"))
    deviations = Counter(one.rule for project in known.projects for one in project.deviations)
    stalls = Counter(one.step for project in known.projects for one in project.stalls if one.planted)
    cities = []
    for city in dict.fromkeys(script.city for script in cohort):
        ends = [outcomes[script.case_id] for script in begun if script.city == city]
        done, running = ends.count("completed"), ends.count(None)
        cities.append(CityCohort(city, len(ends), done, len(ends) - done - running, running))
    return SimulatedCohort(
        log=known.log,
        simulated=True,
        seed=known.seed,
        events=sum(len(history.events) for history in histories.values()),
        cities=cities,
        failures={str(cause): n for cause, n in failed.most_common()},
        deviations_planted=dict(sorted(deviations.items())),
        stalls_planted=dict(sorted(stalls.items())),
    )
