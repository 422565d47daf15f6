"""Names of activities for people, those of every type of retrofit included."""

from eventlogs.language import say
from eventlogs.vocabulary import label
from flows.history import PROJECT
from flows.processes import processes


def name_of(activity: str) -> str:
    """Return an activity's name in the current language."""
    if activity == PROJECT:
        return say("The whole project")
    for process in processes().values():
        if activity in process.words:
            return process.words[activity].label()
    return label("activities", activity)
