"""Projects that stand still: what mining finds out of the ordinary, or plain days where a log is small."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.language import LANGUAGES, Language, speaking
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from flows.notices.notice import Notice
from flows.process.history import day_of
from flows.project.acts import ENGINE

if TYPE_CHECKING:
    from mining.stalls.finding import Stall

Alarms = tuple[
    Sequence["Stall"], bool
]  # what stands still, and whether the log is too small to tell by its waits
_KEPT: WeakKeyDictionary[Ledger, dict[str, tuple[tuple[int, date], Alarms]]] = WeakKeyDictionary()


def standstills(ledger: Ledger, log: str, days: timedelta, now: datetime) -> list[Notice]:
    """Return a notice for each standstill: by how long such waits last, else by `days` without an act."""
    with ledger.reading() as connection:
        values = {"log": log, "engine": ENGINE}
        rows = connection.execute(sql("notices_open_projects", "flows"), values).fetchall()
    projects = {row[0]: row for row in rows}
    if not projects:
        return []
    alarms, too_small = _alarms(ledger, log, now)
    found = {}
    for alarm in alarms:
        if alarm.case_id in projects:
            why: dict[Language, str] = {}
            for language in LANGUAGES:
                with speaking(language):
                    why[language] = alarm.sentence
            found[alarm.case_id] = _notice(projects[alarm.case_id][:4], alarm.cause, why)
    if too_small:
        for *facts, since, hold in rows:
            if since < now - days:
                found.setdefault(facts[0], _notice((*facts, since), hold, {}))
    return sorted(found.values(), key=lambda one: (one.since, one.key))


def _alarms(ledger: Ledger, log: str, now: datetime) -> Alarms:
    """Return what stands still, looked for anew once something was recorded or another day has begun."""
    prepared = prepare(ledger, log)
    asked = (prepared.state.upto_seq, day_of(now))
    kept = _KEPT.setdefault(ledger, {})
    if log not in kept or kept[log][0] != asked:
        kept[log] = (asked, _found(prepared, now))
    return kept[log][1]


def _found(prepared: PreparedLog, now: datetime) -> Alarms:
    from mining.normative.file import lift_model
    from mining.stalls.finding import stalls

    try:
        report = stalls(prepared, lift_model(), by="city", now=now)
    except UnknownAttributeError:  # nothing is completed yet in any project
        return (), True
    return report.alarms, report.too_small


def _notice(facts: tuple[str, str, str, datetime], cause: str | None, why: dict[Language, str]) -> Notice:
    project, name, city, since = facts
    return Notice(
        key=f"{project}/stalled/{since:%Y-%m-%d}",
        kind="stalled",
        project=project,
        name=name,
        city=city,
        role=None,
        activity=None,
        since=since,
        cause=cause,
        why=why,
    )
