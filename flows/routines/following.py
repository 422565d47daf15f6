"""What follows an act besides what its own append holds: the project carried on, its card renewed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from re import sub
from urllib.parse import quote

from eventlogs.cities import city_label
from eventlogs.language import LANGUAGES, say, speaking
from eventlogs.storage import Ledger
from eventlogs.vocabulary import label
from flows.papers.making import due_papers
from flows.process.suggestions import suggestions
from flows.project.advance import advance
from flows.project.answers import ProjectCard
from flows.project.projects import LOG
from flows.words import name_of
from flows.worklist.listing import standing
from flows.worklist.live_logs import is_simulated


@dataclass(frozen=True)
class Followed:
    """What following an act brought about."""

    city: str
    card: ProjectCard
    papers_due: bool = False


def carried_on(ledger: Ledger, log: str, case_id: str, now: datetime) -> Followed:
    """Carry a project on and say how it stands; doing so twice is doing so once."""
    made = advance(ledger, log, case_id, now)
    history = made.history
    simulated = is_simulated(ledger, log)
    card = ProjectCard.of(history, made.plan, suggestions(history), simulated=simulated)
    return Followed(str(history.facts.get("city")), card, bool(due_papers(history)))


def artifact_key(log: str, case_id: str) -> str:
    """Return the key of a project's artifact: small letters, digits and dashes, another for each project.

    >>> artifact_key("projects", "harbin-001")
    'project-harbin-001-ad5051'
    """
    plain = sub(r"[^a-z0-9]+", "-", case_id.lower()).strip("-")
    mark = sha256(f"{log}/{case_id}".encode()).hexdigest()[:6]
    return "-".join(part for part in ("project", plain[:60].strip("-"), mark) if part)


def run_name(log: str, case_id: str, activity: str) -> str:
    """Return the name of the flow run that follows an act; it names the log where that is not the usual one.

    >>> run_name("projects", "harbin-001", "raise_funds"), run_name("pilot", "harbin-001", "raise_funds")
    ('harbin-001: after raise_funds', 'harbin-001: after raise_funds (pilot)')
    """
    return f"{case_id}: after {activity}" + ("" if log == LOG else f" ({log})")


def run_tags(log: str, case_id: str, city: str) -> list[str]:
    """Return the tags by which all flow runs of a project, of a log or of a city are found."""
    return [f"case:{case_id}", f"log:{log}", f"city:{city}"]


def project_link(pages: str, case_id: str) -> str:
    """Return the address of a project's page, below the address of all pages."""
    return f"{pages.rstrip('/')}/projects/{quote(case_id, safe='')}"


def card_as_markdown(card: ProjectCard, pages: str | None) -> str:
    """Return a project's card in both languages, for people who look at Prefect's page."""
    parts = []
    for language in LANGUAGES:
        with speaking(language):
            parts.append("\n".join(_lines(card, pages)))
    return "\n\n---\n\n".join(parts)


def _lines(card: ProjectCard, pages: str | None) -> Iterator[str]:
    name = f"{card.project} {card.facts.get('name', '')}".strip()
    yield f"## [{name}]({project_link(pages, card.project)})" if pages else f"## {name}"
    if card.simulated:
        yield ""
        yield f"**{say('(simulated)')}**"
    yield ""
    city = city_label(str(card.facts.get("city")))
    yield f"{city} · {say('stands: {state}', state=standing(card.outcome, card.hold))}"
    if card.heading_for:
        yield ""
        yield say("in danger of ending as: {outcome}", outcome=label("outcomes", card.heading_for))
    for objection in card.open_objections:
        yield ""
        yield objection.as_text()
    if card.open_items:
        head = [say(word) for word in ("What", "Role", "Whose", "Due")]
        yield ""
        yield f"| {' | '.join(head)} |"
        yield "|---" * len(head) + "|"
        for item in card.open_items:
            due = item.due.isoformat() if item.due else ""
            role = label("roles", item.role or "")
            yield f"| {name_of(item.activity)} | {role} | {item.assignee or ''} | {due} |"
