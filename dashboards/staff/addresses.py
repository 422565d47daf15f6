"""The addresses of projects and work items."""

from urllib.parse import quote

from flows.worklist.worklist import place_of_item


def project_address(project: str) -> str:
    """Return the address of a project's page.

    >>> project_address("harbin-001")
    '/projects/harbin-001'
    """
    return f"/projects/{quote(project, safe='')}"


def item_address(item: str) -> str:
    """Return the address of a work item's page.

    >>> item_address("harbin-001/raise_funds/2")
    '/todo/harbin-001/raise_funds/2'
    """
    project, (activity, occurrence) = place_of_item(item)
    return f"/todo/{quote(project, safe='')}/{activity}/{occurrence}"


def act_address(project: str, activity: str) -> str:
    """Return the address at which a step is recorded that nobody was asked for.

    >>> act_address("harbin-001", "raise_funds")
    '/projects/harbin-001/acts/raise_funds'
    """
    return f"{project_address(project)}/acts/{activity}"


def correction_address(project: str, event: str) -> str:
    """Return the address at which an event is corrected; `event` is its key.

    >>> correction_address("harbin-001", "harbin-001/raise_funds/2/complete")
    '/projects/harbin-001/correct?event=raise_funds/2/complete'
    """
    return f"{project_address(project)}/correct?event={quote(event.removeprefix(f'{project}/'))}"
