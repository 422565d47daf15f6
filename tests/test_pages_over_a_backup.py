"""The pages over a backup: each is shown, says that nothing can be changed, and changes nothing."""

from collections.abc import Iterator

import pytest
from analysis_stage import fill
from page_stage import Browser, pages, signed_in

from dashboards.access.access import open_access
from eventlogs.ledger.backup_ledger import open_backup

pytestmark = pytest.mark.xdist_group("analysis")
PAGES = (
    "/todo?stand=all",
    "/todo?stand=done",
    "/todo/bulk",
    "/holds",
    "/leave",
    "/projects?outcome=all",
    "/projects/shanghai-001",
    "/projects/shanghai-001/correct?event=vote_on_installation/1",
    "/risks",
    "/analysis",
    "/analysis/map?tables=1",
    "/analysis/map?where=city%3Dharbin",
    "/analysis/map/tokens",
    "/analysis/variants",
    "/analysis/conformance",
    "/analysis/stalls",
    "/analysis/bottlenecks",
    "/analysis/bottlenecks?clock=working",
    "/analysis/handover",
    "/analysis/outlook",
    "/analysis/dots",
    "/analysis/spectrum",
    "/analysis/model?level=role",
    "/analysis/completeness",
    "/analysis/cases",
    "/analysis/cases/one?case=shanghai-001",
    "/analysis/filter",
    "/analysis/views",
    "/analysis/logs",
    "/analysis/compare",
    "/analysis/report",
    "/glossary",
    "/account",
)
ROLES = ("staff", "analyst", "leader", "auditor", "administrator")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    data = tmp_path_factory.mktemp("backup")
    fill(data)
    backup = data / "events.duckdb"
    backup.chmod(0o444)
    before = backup.read_bytes()
    ledger = open_backup(backup)
    access = open_access(data)
    with pages(data, ledger, read_only=True) as client:
        yield Browser(client, access, signed_in(access, "王敏", *ROLES))
    ledger.close()
    assert backup.read_bytes() == before


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_shown_over_a_backup(reader: Browser, address: str) -> None:
    page = reader.get(address)
    assert "tokens" in address or "nothing can be changed here" in page


def test_nothing_can_be_done_over_a_backup(reader: Browser) -> None:
    sent = {"csrf": reader.csrf, "comment": "x", "person": "a", "deputy": "b", "start": "2026-01-01"}
    assert "disabled>Begin the project" in reader.get("/projects/new")
    for address in ("/projects/shanghai-001/remark", "/leave"):
        answer = reader.client.post(address, data={**sent, "end": "2026-01-02"})
        assert answer.status_code == 303, address
        assert "is a backup and is only looked at" in reader.get(answer.headers["location"]), address
