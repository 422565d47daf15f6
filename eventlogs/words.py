"""How the words of a log are shown to people: by their label where they are ours, as they stand where not."""

from collections.abc import Mapping

from eventlogs.language import say, sayable
from eventlogs.vocabulary import Kind, label, terms

# Attributes whose values are words of the vocabulary, and what people call them.
_ATTRIBUTES: Mapping[str, tuple[Kind, str]] = {
    "city": ("cities", sayable("City")),
    "outcome": ("outcomes", sayable("Outcome")),
    "role": ("roles", sayable("Role")),
    "tool": ("tools", sayable("Tool")),
    "hold_cause": ("hold_causes", sayable("Hold cause")),
}


# What an event can be seen as; no key is in two of them.
_STEPS: tuple[Kind, ...] = ("activities", "roles", "tools")

ATTRIBUTES_WITH_LABELS = tuple(_ATTRIBUTES)


def activity_label(name: str) -> str:
    """Return an activity's label in the current language; that of a role or tool which stands in its place.

    >>> activity_label("publicise_policy"), activity_label("coordinator")
    ('Publicise the lift policy in the community', 'Coordinator')
    """
    kinds = (kind for kind in _STEPS if name in terms(kind))
    return label(next(kinds, _STEPS[0]), name)


def role_label(name: str) -> str:
    """Return a role's label in the current language."""
    return label("roles", name)


def attribute_label(name: str) -> str:
    """Return what an attribute is called in the current language."""
    return say(_ATTRIBUTES[name][1]) if name in _ATTRIBUTES else name


def value_label(attribute: str, value: str) -> str:
    """Return an attribute's value in the current language.

    >>> value_label("city", "harbin"), value_label("floors", "6")
    ('Harbin', '6')
    """
    return label(_ATTRIBUTES[attribute][0], value) if attribute in _ATTRIBUTES else value
