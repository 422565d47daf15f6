"""What a log holds, in numbers: read from the prepared log alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, role_label

_SHOWN = 12  # rows of a table in the text


@dataclass(frozen=True, slots=True)
class CaseDuration:
    """How long cases took from first event to last; None where no case has times, the deviation below two."""

    mean_seconds: float | None
    median_seconds: float | None
    sample_std_seconds: float | None
    min_seconds: float | None
    max_seconds: float | None


@dataclass(frozen=True, slots=True)
class Description:
    """A log in numbers.

    `events` counts what the log holds after corrections; `trace_events` those that make the traces, by which
    everything below is counted: fewer in a live log, where only completed work makes a trace, and more
    where an event belongs to several cases. Counts by name stand with the most frequent first.
    """

    log: str
    kind: str
    simulated: bool
    timezone: str
    case_type: str
    lifecycles: tuple[str, ...] | None
    cases: int
    events: int
    trace_events: int
    activities: int
    variants: int
    objects: int
    event_objects: int
    object_objects: int
    first_event: datetime | None
    last_event: datetime | None
    case_duration: CaseDuration
    activity_counts: Mapping[str, int]
    start_activities: Mapping[str, int]
    end_activities: Mapping[str, int]
    resources: Mapping[str, int]
    roles: Mapping[str, int]
    lifecycle_counts: Mapping[str, int]

    def as_text(self) -> str:
        """Return the numbers as a page of text."""
        parts = [self._head(), self._span(), self._durations(), self._activities()]
        if self.roles:
            parts.append(_counted(say("Role"), self.roles, role_label))
        if self.resources:
            parts.append(say("{n} resources take part.", n=number_text(len(self.resources))))
        return "\n\n".join(part for part in parts if part)

    def _head(self) -> str:
        counts = {
            "log": self.log,
            "cases": number_text(self.cases),
            "events": number_text(self.events),
            "activities": number_text(self.activities),
            "variants": number_text(self.variants),
        }
        lines = [
            say(
                "{log}: {cases} cases, {events} events, {activities} activities, {variants} variants",
                **counts,
            )
        ]
        if self.simulated:
            lines.append(say("This log is simulated."))
        if self.trace_events < self.events:
            lines.append(say("{n} of them make the traces counted here.", n=number_text(self.trace_events)))
        if self.trace_events > self.events:
            n_links = number_text(self.trace_events)
            lines.append(say("{n} links of events to cases make the traces counted here.", n=n_links))
        if self.objects > self.cases:
            lines.append(
                say(
                    "{objects} objects; {event_objects} links with events, {object_objects} with each other",
                    objects=number_text(self.objects),
                    event_objects=number_text(self.event_objects),
                    object_objects=number_text(self.object_objects),
                )
            )
        return "\n".join(lines)

    def _span(self) -> str:
        if self.first_event is None or self.last_event is None:
            return say("The events have no times.")
        zone = ZoneInfo(self.timezone)
        whole = self.trace_events == self.events
        return say(
            "From {first} to {last} ({timezone})"
            if whole
            else "The traces run from {first} to {last} ({timezone}).",
            first=f"{self.first_event.astimezone(zone):%Y-%m-%d %H:%M}",
            last=f"{self.last_event.astimezone(zone):%Y-%m-%d %H:%M}",
            timezone=self.timezone,
        )

    def _durations(self) -> str:
        if self.case_duration.median_seconds is None:
            return ""
        return say(
            "A case takes {median} (median); mean {mean}, standard deviation {std}, from {least} to {most}.",
            median=span_text(self.case_duration.median_seconds),
            mean=span_text(self.case_duration.mean_seconds),
            std=span_text(self.case_duration.sample_std_seconds),
            least=span_text(self.case_duration.min_seconds),
            most=span_text(self.case_duration.max_seconds),
        )

    def _activities(self) -> str:
        rows = [
            [
                activity_label(name),
                number_text(n),
                share_text(n / self.trace_events),
                number_text(self.start_activities.get(name, 0)),
                number_text(self.end_activities.get(name, 0)),
            ]
            for name, n in list(self.activity_counts.items())[:_SHOWN]
        ]
        if not rows:
            return ""
        head = [say("Activity"), say("Events"), say("Share"), say("Starts"), say("Ends")]
        return table(head, rows, right=[1, 2, 3, 4]) + _more(len(self.activity_counts))


def describe(prepared: PreparedLog) -> Description:
    """Return a log in numbers."""
    with prepared.reading() as connection:
        cases, events, variants, first, last, *durations = connection.execute(
            sql("describe/cases")
        ).fetchall()[0]
        counts = {
            word: dict(connection.execute(sql(f"describe/{word}_counts")).fetchall())
            for word in ("activity", "start", "end", "actor", "role", "lifecycle")
        }
    return Description(
        log=prepared.log.name,
        kind=prepared.log.kind,
        simulated=prepared.log.simulated,
        timezone=prepared.log.timezone,
        case_type=prepared.choice.object_type,
        lifecycles=prepared.choice.lifecycles,
        cases=cases,
        events=prepared.state.n_events,
        trace_events=events,
        activities=len(counts["activity"]),
        variants=variants,
        objects=prepared.state.n_objects,
        event_objects=prepared.state.n_event_object,
        object_objects=prepared.state.n_object_object,
        first_event=first,
        last_event=last,
        case_duration=CaseDuration(*durations),
        activity_counts=counts["activity"],
        start_activities=counts["start"],
        end_activities=counts["end"],
        resources=counts["actor"],
        roles=counts["role"],
        lifecycle_counts=counts["lifecycle"],
    )


def _counted(head: str, counts: Mapping[str, int], label: Callable[[str], str]) -> str:
    rows = [[label(name), number_text(n)] for name, n in list(counts.items())[:_SHOWN]]
    return table([head, say("Events")], rows, right=[1]) + _more(len(counts))


def _more(n: int) -> str:
    return "\n" + say("… and {n} more", n=number_text(n - _SHOWN)) if n > _SHOWN else ""
