"""Projects of two cities and three districts, and everybody who might ask for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from access_stage import CHEAP
from fastapi import FastAPI
from lift_play import LOG, REGISTER, intake
from starlette.testclient import TestClient

from dashboards.access.access import Access, open_access
from dashboards.access.documents import keep
from dashboards.access.visitor import EVERYWHERE, Scope
from dashboards.app import create_app
from dashboards.engine import Engine
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.privacy.identity import People
from flows.papers.sent_files import checked_upload
from flows.project import projects
from flows.project.acts import By
from flows.worklist import worklist

NANGANG, DAOLI, SHAHEKOU = "harbin-001", "harbin-002", "dalian-001"
PLACES = {NANGANG: ("harbin", "南岗区"), DAOLI: ("harbin", "道里区"), SHAHEKOU: ("dalian", "沙河口区")}
NAMES = {NANGANG: "和平小区3号楼", DAOLI: "友谊小区9号楼", SHAHEKOU: "星海小区5号楼"}
GROUP = {"form": "party_branch", "members": 5}
ROLES = ("staff", "analyst", "leader", "administrator", "auditor")
SCOPES = {
    "everywhere": EVERYWHERE,
    "harbin": Scope.of("harbin"),
    "nangang": Scope.of("harbin/南岗区"),
    "dalian": Scope.of("dalian"),
    "nowhere": Scope.of("tianjin"),
}


@dataclass(frozen=True)
class Office:
    """An application over a few projects, and the access to it."""

    app: FastAPI
    access: Access
    engine: Engine
    resident: str  # the pseudonym of somebody in the project of Nangang

    def user(self, role: str, scope: str = "everywhere") -> str:
        """Return the name of a user of a role and a scope."""
        name = f"{role} {scope}"
        if name not in {user.name for user in self.access.users.all()}:
            self.access.users.add(name, [role], SCOPES[scope], with_password=False)
        return name

    def machine(self, role: str = "staff", scope: str = "everywhere", *, may_act: bool = True) -> TestClient:
        """Return a client that shows the token of such a user."""
        _, key = self.access.tokens.make(self.user(role, scope), "test", may_act=may_act)
        headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
        return TestClient(self.app, headers=headers, follow_redirects=False)


@contextmanager
def office(data: Path, *, read_only: bool = False, simulated: bool = False) -> Iterator[Office]:
    """Lend an office with three projects, one step of which is done."""
    ledger = DuckDBLedger(data / "events.duckdb")
    ledger.create_log(LOG, simulated=simulated)
    by = By("li", datetime.now(UTC))
    for case_id, (city, district) in PLACES.items():
        entered: dict[str, Any] = intake(city, district=district, households=REGISTER, name=NAMES[case_id])
        projects.start(ledger, LOG, entered, by, case_id=case_id)
        projects.act(ledger, LOG, case_id, "establish_party_lift_group", GROUP, by)
    resident = People(data).pseudonym_for("王秀英", "13800000000", "302")
    recruited = {"members": [{"person": resident, "kind": "block_leader"}]}
    projects.act(ledger, LOG, NANGANG, "publicise_policy", {"means": "poster", "households_reached": 9}, by)
    reasoned = By("li", datetime.now(UTC), reason="a test")
    projects.act(ledger, LOG, NANGANG, "recruit_group_members", recruited, reasoned)
    evidence = keep(data, checked_upload("海报.pdf", b"%PDF-1.7 evidence"))
    worklist.comment(ledger, LOG, f"{NANGANG}/publicise_policy/1", "两张海报", by, evidence)
    access = open_access(data, cost=CHEAP)
    engine = Engine(ledger, data, LOG, read_only)
    try:
        yield Office(create_app(engine, access), access, engine, resident)
    finally:
        ledger.close()
