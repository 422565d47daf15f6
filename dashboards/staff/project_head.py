"""The project that a page is about, in a line."""

from dataclasses import dataclass

from dashboards.staff.addresses import project_address
from eventlogs.language import current_language
from flows.process.history import CaseHistory
from flows.process.processes import policy_of


@dataclass(frozen=True)
class ProjectHead:
    """The project that a page is about, in a line."""

    project: str
    name: str
    city: str
    district: str | None
    floors: int
    n_households: int
    policy: str
    policy_name: str
    address: str

    @classmethod
    def of(cls, history: CaseHistory) -> "ProjectHead":
        """Return the head of a project."""
        facts, policy = history.facts, policy_of(history)
        return cls(
            history.case_id,
            str(facts.get("name", history.case_id)),
            str(facts.get("city", "")),
            facts.get("district"),
            int(facts.get("floors", 0)),
            len(history.households),
            policy.key,
            policy.document[current_language()],
            project_address(history.case_id),
        )
