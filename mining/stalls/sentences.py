"""Why a project stands still, in sentences a person can act on."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import current_language, say, sayable
from eventlogs.vocabulary import Tool, label, terms
from eventlogs.words import activity_label, role_label
from eventlogs.working_calendar import office_day
from mining.stalls.limits import hold_overdue_by, stall_limits

if TYPE_CHECKING:
    from mining.stalls.facts import Normal
    from mining.stalls.finding import Stall

WIDTH, SHOWN = 100, 20
CAUSES = {
    "objection": sayable("an objection is open"),
    "missing_role": sayable("nobody does it"),
    "failed": sayable("it did not go well"),
    "taken_back": sayable("it was taken back"),
    "unknown": sayable("not known"),
}
STATES = {
    "failed": sayable("failed"),
    "halted": sayable("shelved"),
    "running": sayable("running"),
    "silent": sayable("silent"),
}
SURENESS = {
    "high": sayable("sure"),
    "medium": sayable("likely"),
    "low": sayable("a guess"),
}
BECAUSE = {
    "outcome": sayable("the outcome was recorded"),
    "hold": sayable("the hold and its cause were recorded"),
    "objection": sayable("an open objection is recorded; that it is what holds the project up is inferred"),
    "attempt": sayable("how the step went is recorded; that it holds the project up is inferred"),
    "role": sayable("inferred from open work that nobody has done"),
    "idle": sayable("only the time that has passed shows it"),
}
_STRATA = {
    "step and group": sayable("after this step in this group"),
    "step": sayable("after this step anywhere"),
    "all steps": sayable("after any step"),
    "awaited step": sayable("before “{step}”"),
    "hold and group": sayable("after a hold in this group"),
    "hold": sayable("after a hold anywhere"),
}


def cause_label(cause: str) -> str:
    """Return what a cause is called."""
    if cause in CAUSES:
        return say(CAUSES[cause])
    return label("outcomes", cause) if cause in terms("outcomes") else label("hold_causes", cause)


def sentence(stall: "Stall") -> str:
    """Return why a project stands still, in one or a few plain sentences."""
    parts = [_where(stall), *_idle(stall), *_missing(stall)]
    return ("" if current_language() == "zh" else " ").join(parts)


def _where(stall: "Stall") -> str:
    if stall.kind == "outcome":
        return _ended(stall)
    if stall.kind == "hold":
        return _held(stall)
    if stall.kind == "idle" or stall.place is None:
        return _stopped(stall)
    return _waiting(stall)


def _ended(stall: "Stall") -> str:
    cause = cause_label(stall.cause)
    held = stall.halted_for is not None
    values = {"cause": cause, "last": activity_label(stall.last_activity)}
    if stall.place is None and stall.state == "halted":
        return say("It was shelved after “{last}”: {cause}.", **values)
    if stall.place is None:
        return say("It is over after “{last}”: {cause}.", **values)
    values["place"] = activity_label(stall.place)
    if stall.state == "halted":
        return say("It was shelved at “{place}”: {cause}.", **values)
    if held:
        return say(
            "It ended at “{place}”: {cause}; it had been on hold there: {hold}.",
            **values,
            hold=cause_label(stall.halted_for or ""),
        )
    if stall.times > 1:
        return say("It ended at “{place}”, tried {n} times: {cause}.", **values, n=stall.times)
    return say("It ended at “{place}”: {cause}.", **values)


def _held(stall: "Stall") -> str:
    values = {
        "place": activity_label(stall.place or stall.last_activity),
        "cause": cause_label(stall.cause),
        "since": day_text(stall.since),
    }
    if stall.over:
        return say(
            "It was on hold before “{place}” from {since}: {cause}; since the hold ended nothing was done.",
            **values,
        )
    if stall.until is None:
        return say(
            "It has been on hold before “{place}” since {since}: {cause}; no day is set for going on.",
            **values,
        )
    if hold_overdue_by(stall.now) < stall.until <= stall.now:
        return say(
            "It was on hold before “{place}” until {until}: {cause}. It has {n} working days to be taken up; "
            "that is no alarm.",
            **values,
            until=day_text(stall.until),
            n=stall_limits().working_days,
        )
    if stall.until <= stall.now:
        return say(
            "It was put on hold before “{place}” until {until}: {cause}; that day is over and "
            "nobody took it up.",
            **values,
            until=day_text(stall.until),
        )
    return say(
        "It is on hold before “{place}” until {until}: {cause}. That is known and no alarm.",
        **values,
        until=day_text(stall.until),
    )


def _waiting(stall: "Stall") -> str:
    place = activity_label(stall.place or "")
    if stall.kind == "objection":
        if stall.times == 1:
            return say(
                "“{place}” cannot go on: an objection is open since {since}.",
                place=place,
                since=day_text(stall.since),
            )
        return say(
            "“{place}” cannot go on: {n} objections are open, the first since {since}.",
            place=place,
            n=stall.times,
            since=day_text(stall.since),
        )
    if stall.kind == "attempt":
        text = (
            sayable("“{place}” was taken back on {day}, and was not done again.")
            if stall.cause == "taken_back"
            else sayable("“{place}” did not go well, last on {day} at try {n}, and was not tried again.")
        )
        values = {"n": stall.times} if stall.cause == "failed" else {}
        return say(text, place=place, day=day_text(stall.since), **values)
    who = role_label(stall.role) if stall.role else say("anybody")
    if stall.role and not stall.role_seen:
        return say(
            "“{place}” waits for {role}, on offer since {since}; nobody in that role has acted in "
            "this project yet.",
            place=place,
            role=who,
            since=day_text(stall.since),
        )
    return say(
        "“{place}” waits for {role}, on offer since {since}; nobody has done it.",
        place=place,
        role=who,
        since=day_text(stall.since),
    )


def _stopped(stall: "Stall") -> str:
    last = activity_label(stall.last_activity)
    if not stall.followers:
        return say("It stopped after “{last}” on {day}.", last=last, day=day_text(stall.last_at))
    first = stall.followers[0]
    return say(
        "It stopped after “{last}” on {day}; what usually follows is “{next}” ({share} of all times).",
        last=last,
        day=day_text(stall.last_at),
        next=activity_label(first.activity),
        share=share_text(first.share),
    )


def _idle(stall: "Stall") -> Iterator[str]:
    if stall.state not in ("running", "silent"):
        return
    idle = span_text(stall.idle.total_seconds())
    if stall.normal is None:
        yield say(
            "Nothing has been done for {idle}; the log has too few waits to tell what is normal.", idle=idle
        )
        return
    if stall.percentile == 1:
        text = sayable(
            "Nothing has been done for {idle}, longer than any of {n} waits {where}; up to {limit} is "
            "normal there."
        )
        yield say(text, idle=idle, **_normal(stall.normal))
        return
    yield say(
        "Nothing has been done for {idle}, longer than {share} of {n} waits {where}; up to {limit} is "
        "normal there.",
        idle=idle,
        share=share_text(stall.percentile or 0.0),
        **_normal(stall.normal),
    )


def _normal(normal: "Normal") -> dict[str, str]:
    return {
        "n": number_text(normal.n),
        "where": _waits_where(normal),
        "limit": span_text(normal.limit.total_seconds()),
    }


def _waits_where(normal: "Normal") -> str:
    if normal.awaited is None:
        return say(_STRATA[normal.stratum])
    return say(_STRATA[normal.stratum], step=activity_label(normal.awaited))


def _missing(stall: "Stall") -> Iterator[str]:
    if stall.missing_roles:
        roles = [role_label(role) for role in stall.missing_roles]
        yield say(
            "By this step nearly all completed projects had seen somebody act as {roles}; this one has not.",
            roles=say(", ").join(roles),
        )
    tools = [tool for tool in stall.missing_tools if _role_of(tool) not in stall.missing_roles]
    if tools:
        yield say(
            "By this step nearly all completed projects had made use of {tools}; this one has not.",
            tools=say(", ").join(f"“{label('tools', tool)}”" for tool in tools),
        )


def _role_of(tool: str) -> str | None:
    """Return whose tool it is; where the role is missing, so are its tools, and saying it once is enough."""
    known = terms("tools").get(tool)
    return known.role if isinstance(known, Tool) else None


def day_text(moment: datetime | None) -> str:
    """Return the day of a moment where the offices are."""
    return "–" if moment is None else office_day(moment)
