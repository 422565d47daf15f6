"""What households and objections of a project are called: by their marks with the floor, by number."""

from eventlogs.language import say
from flows.process.history import CaseHistory, effective


def household_words(history: CaseHistory, mark: str) -> str:
    """Return what a household is called: its mark, and its floor where the register has it."""
    row = history.households.get(mark)
    return mark if row is None else say("{mark}, floor {floor}", mark=mark, floor=row.floor)


def objection_words(history: CaseHistory, objection: str) -> str:
    """Return what an objection is called: its number, and whose it is where that is known."""
    name = say("Objection {n}", n=objection.rpartition("/")[2])
    mark = objector(history, objection)
    if mark is None:
        return name
    return say("{objection}: {household}", objection=name, household=household_words(history, mark))


def objector(history: CaseHistory, objection: str) -> str | None:
    """Return the mark of the household that filed an objection; None for one from outside."""
    for event in effective(history.events):
        if any(link.object_id == objection and link.qualifier == "filed" for link in event.objects):
            found = (one.object_id for one in event.objects if one.qualifier == "objector")
            return next((name.rpartition("/")[2] for name in found), None)
    return None
