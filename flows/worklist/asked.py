"""What a list is narrowed to by name, city, project, role or ending, refused where there is none of it."""

from collections.abc import Mapping
from difflib import get_close_matches

from eventlogs.cities import cities, city_label
from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES, say
from eventlogs.ledger.log_names import unknown_log
from eventlogs.storage import Ledger
from eventlogs.vocabulary import Kind, term, terms
from flows.errors import Listed, Named
from flows.policies.policies import city_key
from flows.project.advance import read_project
from flows.project.projects import LOG
from flows.worklist.live_index import LiveIndex, live_index

OPEN = "open"  # how a project is asked for that is not over
_IS_THERE = "SELECT 1 FROM log WHERE name = $log"
_NEAR = 5
_SHOWN = 12


class UnknownNameError(EventLogError):
    """A list is narrowed to something that there is none of."""


def index_asked(ledger: Ledger, log: str, project: str | None = None) -> LiveIndex:
    """Return the index of a log, or of one project of it; only the usual log need not be there yet."""
    if log != LOG:
        with ledger.reading() as connection:
            if not connection.execute(_IS_THERE, {"log": log}).fetchone():
                raise unknown_log(connection, log)
    if project is None:
        return live_index(ledger, log)
    read_project(ledger, log, project)
    return LiveIndex(ledger, log, project)


def cities_asked(
    ledger: Ledger, index: LiveIndex, city: str | None, places: frozenset[str] | None = None
) -> tuple[str, ...] | None:
    """Return the key of the city to narrow to; a policy or a project here, in one of `places`, is of it."""
    if city is None:
        return None
    key = city_key(city)
    seen = None if places is None else {place.partition("/")[0] for place in places}
    here = [one for one in index.cities(ledger) if seen is None or one in seen]
    there = sorted({*cities(), *here})
    if key not in there:
        words = {word.casefold(): one for one in there for word in _words(one)}
        shown = dict.fromkeys([*_near(key, words), *there])
        raise UnknownNameError(
            "no policy and no project here is of a city {city}; there are: {known}",
            city=city,
            known=Listed([_named(one) for one in list(shown)[:_SHOWN]]),
        )
    return (key,)


def role_asked(role: str | None) -> str | None:
    """Return the key of the role to narrow to, named by its key or its label in either language."""
    return None if role is None else _term_asked("roles", role)


def outcome_asked(outcome: str | None) -> str | None:
    """Return the key of the ending to narrow to; `open` is that of projects that are not over."""
    return outcome if outcome in (None, OPEN) else _term_asked("outcomes", str(outcome))


def nobody_of_that_name(ledger: Ledger, index: LiveIndex, person: str) -> str | None:
    """Return what to say where no open work is in a person's hands: in whose it is."""
    holders = index.holders(ledger)
    if not holders or person in holders:
        return None
    near = get_close_matches(person, holders, _NEAR, 0.5) or holders[:_NEAR]
    return say(
        "no open work is in the hands of {person}; it is in those of: {known}",
        person=person,
        known=Listed(near),
    )


def _term_asked(kind: Kind, word: str) -> str:
    for key, known in terms(kind).items():
        if word.casefold() in {known.zh, known.en.casefold()}:
            return key
    return term(kind, word).key


def _named(city: str) -> object:
    known = cities().get(city)
    return Named(city, known) if known else city  # a city that has projects and no words


def _words(city: str) -> tuple[str, ...]:
    return (city, *(city_label(city, language) for language in LANGUAGES))


def _near(word: str, words: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(words[one] for one in get_close_matches(word.casefold(), words, _NEAR, 0.5)))
