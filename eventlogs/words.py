"""How the words of a log are shown to people: by their label where they are ours, as they stand where not."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from eventlogs.cities import cities, city_label
from eventlogs.language import LANGUAGES, current_language, say, sayable, speaking
from eventlogs.retrofit_types import retrofit_types
from eventlogs.vocabulary import Kind, label, terms

# Attributes whose values are words of the vocabulary, and what people call them.
_ATTRIBUTES: Mapping[str, tuple[Kind, str]] = {
    "city": ("cities", sayable("City")),
    "outcome": ("outcomes", sayable("Outcome")),
    "role": ("roles", sayable("Role")),
    "tool": ("tools", sayable("Tool")),
    "hold_cause": ("hold_causes", sayable("Hold cause")),
}
# Attributes whose values are no words of the vocabulary, and what people call them.
_OTHERS: Mapping[str, str] = {
    "actor": sayable("Resource"),
    "retrofit": sayable("Type of retrofit"),
    "floors": sayable("floors"),
    "households": sayable("number of households"),
    "year": sayable("year of the beginning"),
}
# What files of events and the options of an import call columns of ours.
_AS_FILES_CALL_THEM = {"resource": "actor", "org:resource": "actor", "org:role": "role"}
# The factors of a project's surroundings, judged by degrees when it begins.
_FACTORS: Mapping[str, str] = {
    "socio_economic_background": sayable("Socio-economic background"),
    "mobiliser_traits": sayable("Mobiliser's traits"),
    "firm_willingness": sayable("Firm's willingness"),
    "public_perception": sayable("Public perception"),
    "power_balance": sayable("Balance of power"),
    "policy_deadlock_broken": sayable("Policy deadlock broken"),
}
_DEGREES: Mapping[str, str] = {
    "weak": sayable("weak"),
    "middling": sayable("middling"),
    "strong": sayable("strong"),
    "unknown": sayable("not known"),
}

# What an event can be seen as; no key is in two of them.
_STEPS: tuple[Kind, ...] = ("activities", "roles", "tools")

ATTRIBUTES_WITH_LABELS = (*_ATTRIBUTES, *_OTHERS, *_FACTORS)


def activity_label(name: str) -> str:
    """Return an activity's label in the current language; that of a role or tool which stands in its place.

    >>> activity_label("publicise_policy"), activity_label("coordinator")
    ('Publicise the lift policy in the community', 'Coordinator')
    """
    kind = next((kind for kind in _STEPS if name in terms(kind)), None)
    if kind is not None:
        return label(kind, name)
    words = _activities_of_types().get(name)
    return str(words[current_language()]) if words else name


def role_label(name: str) -> str:
    """Return a role's label in the current language."""
    return label("roles", name)


def attribute_label(name: str) -> str:
    """Return what an attribute is called in the current language."""
    return _attribute_label(labelled_attribute(name))


def attribute_in_words(name: str) -> str:
    """Return what an attribute is called inside a sentence.

    >>> attribute_in_words("city"), attribute_in_words("Channel")
    ('city', 'Channel')
    """
    called = attribute_label(name)
    return called if called == name else called[:1].lower() + called[1:]


def labelled_attribute(typed: str) -> str:
    """Return the attribute that people call so in either language, else what was typed.

    >>> labelled_attribute("城市"), labelled_attribute("City"), labelled_attribute("channel")
    ('city', 'city', 'channel')
    >>> labelled_attribute("org:resource"), labelled_attribute("办理人")
    ('actor', 'actor')
    """
    return _attributes_by_label().get(typed.strip().casefold(), typed)


def value_label(attribute: str, value: str) -> str:
    """Return an attribute's value in the current language; a policy is its city and its first day.

    >>> value_label("city", "harbin"), value_label("floors", "6"), value_label("policy", "harbin/2021-05-11")
    ('Harbin', '6', 'Harbin 2021-05-11')
    >>> value_label("firm_willingness", "unknown")
    'not known'
    """
    if attribute == "policy" and value.partition("/")[0] in cities():
        city, _, day = value.partition("/")
        return f"{city_label(city)} {day}"
    key = labelled_attribute(attribute)
    if key in _FACTORS and value in _DEGREES:
        return say(_DEGREES[value])
    if key == "retrofit" and value in retrofit_types():
        return str(retrofit_types()[value])
    if key == "city":
        return city_label(value)
    return label(_ATTRIBUTES[key][0], value) if key in _ATTRIBUTES else value


def own_activities() -> frozenset[str]:
    """Return every activity that has words here."""
    return frozenset({*terms("activities"), *_activities_of_types()})


def known_activities() -> frozenset[str]:
    """Return every activity that has words here, and that of events about a whole project."""
    return own_activities() | {"project"}


@cache
def _activities_of_types() -> Mapping[str, Mapping[str, Any]]:
    """Return what types of retrofit call the activities that are theirs alone."""
    return {key: words for one in retrofit_types().values() for key, words in one.activities.items()}


@cache
def _attributes_by_label() -> dict[str, str]:
    found = _AS_FILES_CALL_THEM | {key: key for key in ATTRIBUTES_WITH_LABELS}
    for language in LANGUAGES:
        with speaking(language):
            found |= {_attribute_label(key).casefold(): key for key in ATTRIBUTES_WITH_LABELS}
    return found


def _attribute_label(name: str) -> str:
    if name in _OTHERS or name in _FACTORS:
        return say(_OTHERS.get(name) or _FACTORS[name])
    return say(_ATTRIBUTES[name][1]) if name in _ATTRIBUTES else name
