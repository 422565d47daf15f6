"""How the words of a log are shown to people: by their label where they are ours, as they stand where not."""

from eventlogs.vocabulary import vocabulary


def activity_label(name: str) -> str:
    """Return an activity's label in the current language."""
    term = vocabulary()["activities"].get(name)
    return term.label() if term else name


def role_label(name: str) -> str:
    """Return a role's label in the current language."""
    term = vocabulary()["roles"].get(name)
    return term.label() if term else name
