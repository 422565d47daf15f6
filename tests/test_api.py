"""The API: the engine's answers and acts as JSON, for machines."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from api_stage import DAOLI, NANGANG, SHAHEKOU, Office, office
from lxml import html
from starlette.testclient import TestClient

from dashboards.access.guards import COOKIE
from dashboards.api.acts import PROJECT_ACTS, WORK_ITEM_ACTS
from dashboards.api.answers import LOG_ANSWERS

V1 = "/api/v1"
PAPER = {"means": "poster", "households_reached": 12}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as lent:
        yield lent


@pytest.fixture
def staff(at: Office) -> TestClient:
    return at.machine("staff")


def problem(answer: object) -> dict[str, object]:
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    found: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert found.keys() == {"type", "title", "status", "detail", "instance", "errors"}
    assert str(found["type"]).startswith("/api/v1/problems/")
    return found


def test_projects_come_in_pages_that_join_without_gap(staff: TestClient) -> None:
    first = staff.get(f"{V1}/projects", params={"limit": 2}).json()
    second = staff.get(f"{V1}/projects", params={"limit": 2, "cursor": first["next"]}).json()
    assert (first["total"], second["next"], first["simulated"]) == (3, None, False)
    assert [row["project"] for row in (*first["items"], *second["items"])] == [SHAHEKOU, NANGANG, DAOLI]


def test_lists_of_simulated_projects_say_so(tmp_path: Path) -> None:
    with office(tmp_path, simulated=True) as played:
        asked = played.machine("staff")
        for path in ("projects", f"projects/{DAOLI}/events", "work-items"):
            assert asked.get(f"{V1}/{path}").json()["simulated"] is True


def test_a_list_is_narrowed_by_city_in_either_language(staff: TestClient) -> None:
    for city in ("大连", "Dalian", "dalian"):
        assert [
            row["project"] for row in staff.get(f"{V1}/projects", params={"city": city}).json()["items"]
        ] == [SHAHEKOU]


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd!", "eyJhIjoxfQ", "Wy0xXQ", "WyJhIl0", "W3RydWVd"])
def test_what_is_no_cursor_is_refused_with_its_field(staff: TestClient, cursor: str) -> None:
    refused = problem(staff.get(f"{V1}/projects", params={"cursor": cursor}))
    assert refused["status"] == 422
    assert refused["errors"][0]["field"] == "cursor"  # type: ignore[index]


def test_a_project_started_here_stands_as_it_was_entered(staff: TestClient) -> None:
    data = {"city": "哈尔滨", "district": "香坊区", "name": "和平小区3号楼", "floors": 6}
    made = staff.post(f"{V1}/projects", json={"data": data})
    assert made.status_code == 201
    shown = staff.get(made.headers["location"]).json()
    assert shown["facts"]["name"] == "和平小区3号楼"
    assert {item["activity"] for item in shown["open_items"]} >= {"publicise_policy"}


def test_a_wrong_entry_is_refused_field_by_field_in_the_language_asked_for(staff: TestClient) -> None:
    data = {"city": "哈尔滨", "name": "和平小区", "floors": "many", "colour": "red"}
    refused = problem(staff.post(f"{V1}/projects", json={"data": data}))
    assert refused["status"] == 422
    assert {fault["field"] for fault in refused["errors"]} == {"floors", "colour"}  # type: ignore[attr-defined]
    chinese = problem(staff.post(f"{V1}/projects?lang=zh", json={"data": data}))
    assert re.search("[一-鿿]", chinese["errors"][0]["detail"])  # type: ignore[index]
    assert chinese["type"] == refused["type"]


def test_a_body_that_is_not_what_is_taken_names_its_fields(staff: TestClient) -> None:
    refused = problem(staff.post(f"{V1}/projects/{NANGANG}/hold", json={"until": "tomorrow", "x": 1}))
    assert {fault["field"] for fault in refused["errors"]} >= {"body.cause", "body.until", "body.x"}  # type: ignore[attr-defined]


def test_a_work_item_is_claimed_and_completed_with_its_form(staff: TestClient) -> None:
    item = f"{V1}/projects/{DAOLI}/work-items/publicise_policy/1"
    card = staff.get(item).json()
    assert "means" in card["form"]["properties"]
    assert staff.post(f"{item}/claim", json={}).status_code == 200
    done = staff.post(f"{item}/complete", json={"data": PAPER})
    assert done.status_code == 200, done.text
    assert staff.get(item).json()["item"]["state"] == "completed"
    again = problem(staff.post(f"{item}/complete", json={"data": PAPER}))
    assert (again["status"], again["type"]) == (409, "/api/v1/problems/refused")


def test_an_act_is_recorded_under_the_user_who_asked(at: Office, staff: TestClient) -> None:
    item = f"{V1}/projects/{DAOLI}/work-items/publicise_policy/1"
    staff.post(f"{item}/complete", json={"data": PAPER})
    events = staff.get(f"{V1}/projects/{DAOLI}/events").json()["items"]
    done = [one for one in events if one["lifecycle"] == "complete"]
    assert done[-1]["actor"] == at.user("staff")


def test_an_act_out_of_the_models_order_needs_a_reason(staff: TestClient) -> None:
    address = f"{V1}/projects/{DAOLI}/acts/convene_joint_meeting"
    body = {"data": {"attended": 9, "agreed": True}}
    assert problem(staff.post(address, json=body))["type"] == "/api/v1/problems/order-warning"
    assert staff.post(address, json=body | {"reason": "the street called it"}).status_code == 200


def test_the_legal_order_is_not_passed_over_even_with_a_reason(staff: TestClient) -> None:
    address = f"{V1}/projects/{DAOLI}/acts/install_lift"
    body = {"data": {"start": "2024-01-01", "end": "2024-02-01"}, "reason": "it stands already"}
    refused = problem(staff.post(address, json=body))
    assert (refused["status"], refused["type"]) == (409, "/api/v1/problems/gate-closed")


def test_an_act_upon_what_has_changed_meanwhile_records_nothing(at: Office, staff: TestClient) -> None:
    item = f"{V1}/projects/{DAOLI}/work-items/publicise_policy/1"
    read = staff.get(item).headers["etag"]
    assert staff.post(f"{item}/comment", json={"text": "somebody else was here"}).status_code == 200
    before = at.engine.ledger.head(at.engine.log, DAOLI)
    refused = problem(staff.post(f"{item}/claim", json={}, headers={"If-Match": read}))
    assert (refused["status"], refused["type"]) == (412, "/api/v1/problems/changed-meanwhile")
    assert at.engine.ledger.head(at.engine.log, DAOLI) == before
    now = staff.get(item).headers["etag"]
    done = staff.post(f"{item}/claim", json={}, headers={"If-Match": now})
    assert done.status_code == 200
    assert done.headers["etag"] == staff.get(item).headers["etag"] != now


def test_a_hold_has_a_coded_cause_and_ends(staff: TestClient) -> None:
    address = f"{V1}/projects/{DAOLI}"
    wrong = problem(staff.post(f"{address}/hold", json={"cause": "laziness"}))
    assert wrong["status"] == 422
    assert staff.post(f"{address}/hold", json={"cause": "season", "until": "2030-01-01"}).status_code == 200
    assert staff.get(address).json()["hold"] == "season"
    assert staff.post(f"{address}/resume", json={}).status_code == 200
    assert staff.get(address).json()["hold"] is None


def test_a_project_is_shelved_and_opened_again(staff: TestClient) -> None:
    address = f"{V1}/projects/{DAOLI}"
    assert staff.post(f"{address}/shelve", json={"reason": "no firm"}).json()["outcome"] == "shelved"
    assert staff.post(f"{address}/reopen", json={"reason": "a firm came"}).status_code == 200
    assert staff.get(address).json()["outcome"] is None


def test_every_act_of_the_list_has_an_address(staff: TestClient) -> None:
    for act in PROJECT_ACTS:
        assert staff.post(f"{V1}/projects/nowhere/{act.word}", json=act.example).status_code == 404
    for act in WORK_ITEM_ACTS:
        address = f"{V1}/projects/{DAOLI}/work-items/claim_subsidy/1/{act.word}"
        assert staff.post(address, json=act.example).status_code == 404


def test_the_worklist_is_the_engines_most_pressing_first(staff: TestClient) -> None:
    found = staff.get(f"{V1}/work-items").json()
    assert found["total"] == len(found["items"]) > 3
    dues = [row["due"] for row in found["items"] if row["due"]]
    assert dues == sorted(dues)
    mine = f"{V1}/projects/{DAOLI}/work-items/publicise_policy/1"
    staff.post(f"{mine}/assign", json={"to": "wang"})
    assert [
        row["work_item"] for row in staff.get(f"{V1}/work-items", params={"assignee": "wang"}).json()["items"]
    ] == [f"{DAOLI}/publicise_policy/1"]
    assert staff.get(f"{V1}/work-items", params={"role": "wizard"}).status_code == 422


@pytest.mark.parametrize("path", ["projects", "work-items"])
def test_a_city_that_there_is_none_of_is_refused_with_the_nearest(staff: TestClient, path: str) -> None:
    told = staff.get(f"{V1}/{path}", params={"city": "Harbn"})
    assert told.status_code == 422
    assert told.json()["detail"].startswith(
        "no policy and no project here is of a city Harbn; there are: harbin"
    )
    assert staff.get(f"{V1}/{path}", params={"city": "哈尔滨市"}).json()["total"] > 0
    assert staff.get(f"{V1}/projects", params={"outcome": "lost"}).status_code == 422


def test_events_come_in_pages_in_recorded_order(staff: TestClient) -> None:
    address, cursor, keys = f"{V1}/projects/{NANGANG}/events", None, []
    while True:
        page = staff.get(address, params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        keys += [one["key"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert keys == [one["key"] for one in staff.get(address).json()["items"]]
    assert len(keys) == len(set(keys)) == page["total"] > 3


@pytest.mark.parametrize("answer", [one.word for one in LOG_ANSWERS])
def test_mining_answers_for_analysts(at: Office, answer: str) -> None:
    analyst = at.machine("analyst")
    found = analyst.get(f"{V1}/logs/projects/{answer}", params={"by": "city"})
    assert found.status_code == 200, found.text
    assert found.json()
    assert analyst.get(f"{V1}/logs/nothing/{answer}").status_code == 404


def test_an_answer_on_some_cases_says_on_which(at: Office) -> None:
    found = at.machine("analyst").get(f"{V1}/logs/projects/variants", params={"where": "city=哈尔滨"}).json()
    assert (found["filter"]["cases"], found["filter"]["of_cases"]) == (2, 3)


def test_an_analyst_of_one_city_mines_that_city_and_cannot_ask_for_another(at: Office) -> None:
    def cases(scope: str, **asked: str) -> object:
        answer = at.machine("analyst", scope).get(f"{V1}/logs/projects/description", params=asked)
        return answer.json()["cases"] if answer.status_code == 200 else answer.status_code

    assert cases("everywhere") == 3
    assert cases("harbin") == 2
    assert cases("nangang") == 1
    assert cases("nowhere") == 404
    hidden = at.machine("analyst", "harbin").get(f"{V1}/logs/nothing/map")
    assert (hidden.status_code, "projects" in hidden.json()["detail"]) == (404, False)
    for other in ("city=dalian", "case:city=dalian", "城市=大连"):
        assert cases("harbin", where=other) == 409


def test_residents_are_told_to_staff_of_the_project_and_it_is_recorded_first(at: Office) -> None:
    near = at.machine("staff", "nangang")
    found = near.get(f"{V1}/projects/{NANGANG}/residents").json()["items"]
    assert [(one["name"], one["pseudonym"]) for one in found] == [("王秀英", at.resident)]
    (line,) = at.access.audit.lines(what="identities_exported")
    assert (line.who, line.about, line.details) == (
        at.user("staff", "nangang"), NANGANG, {"residents": [at.resident]},
    )  # fmt: skip
    for client in (at.machine("staff", "nowhere"), at.machine("analyst"), at.machine("administrator")):
        assert client.get(f"{V1}/projects/{NANGANG}/residents").status_code in {403, 404}
    assert len(at.access.audit.lines(what="identities_exported")) == 1


def test_no_other_answer_names_a_resident(at: Office) -> None:
    staff, analyst = at.machine("staff"), at.machine("analyst")
    told = [
        staff.get(f"{V1}/projects/{NANGANG}").text,
        staff.get(f"{V1}/projects/{NANGANG}/events").text,
        staff.get(f"{V1}/work-items").text,
        *(analyst.get(f"{V1}/logs/projects/{answer.word}").text for answer in LOG_ANSWERS),
    ]
    assert not [text for text in told if "王秀英" in text or "13800000000" in text]
    assert at.resident in told[1]


def test_a_resident_keeps_one_pseudonym(staff: TestClient) -> None:
    address = f"{V1}/projects/{DAOLI}/residents"
    given = [staff.post(address, json={"name": "李建国", "room": "101"}).json() for _ in range(2)]
    assert given[0] == given[1]
    assert given[0]["pseudonym"].startswith("P-")


def test_a_copy_that_is_only_looked_at_takes_no_act(tmp_path: Path) -> None:
    with office(tmp_path, read_only=True) as at:
        staff = at.machine("staff")
        refused = problem(staff.post(f"{V1}/projects/{DAOLI}/shelve", json={"reason": "x"}))
        assert (refused["status"], refused["type"]) == (403, "/api/v1/problems/read-only")
        assert staff.get(f"{V1}/projects/{DAOLI}").status_code == 200


def test_every_kind_of_problem_is_explained_at_its_address(staff: TestClient) -> None:
    refused = problem(staff.get(f"{V1}/projects/nothing"))
    assert staff.get(str(refused["type"])).json()["title"] == refused["title"]
    assert "/api" in str(problem(staff.get(f"{V1}/nothing"))["detail"])


def test_a_method_that_an_address_does_not_take_is_told_with_those_it_takes(staff: TestClient) -> None:
    answer = staff.delete(f"{V1}/projects")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert problem(answer)["detail"] == "DELETE is not taken here; right is GET, POST"


def test_a_body_of_another_kind_or_a_broken_one_is_told_as_such(staff: TestClient) -> None:
    xml = staff.post(f"{V1}/projects", content=b"<a/>", headers={"content-type": "application/xml"})
    assert (xml.status_code, problem(xml)["type"]) == (415, "/api/v1/problems/wrong-type")
    broken = problem(
        staff.post(f"{V1}/projects", content=b'{"data":', headers={"content-type": "application/json"})
    )
    assert broken["errors"] == [{"field": "body", "detail": "is no JSON; it breaks off at character 8"}]


def test_a_token_that_does_not_hold_is_told_apart_from_none(at: Office) -> None:
    stranger = TestClient(at.app)
    assert problem(stranger.get(f"{V1}/me", params={"lang": "en"}))["detail"] == "sign in to go on"
    wrong = stranger.get(f"{V1}/me", headers={"authorization": "Bearer x", "accept-language": "en"})
    assert "revoked" in str(problem(wrong)["detail"])


def test_a_fault_of_the_engine_is_told_in_the_language_of_who_asked(at: Office, staff: TestClient) -> None:
    at.app.state.engine = None
    asking = TestClient(at.app, headers=staff.headers, raise_server_exceptions=False)
    told = problem(asking.get(f"{V1}/projects", headers={"accept-language": "zh"}))
    assert (told["status"], told["title"]) == (500, "系统出现故障")


def test_the_description_is_complete_in_both_languages(staff: TestClient) -> None:
    told = {lang: staff.get(f"{V1}/openapi.json", params={"lang": lang}).json() for lang in ("en", "zh")}
    operations = [one for item in told["zh"]["paths"].values() for one in item.values()]
    assert len(operations) > 30
    for one in operations:
        parts = [one, *one.get("parameters", ())]
        for text in [part[name] for part in parts for name in ("summary", "description") if name in part]:
            assert re.search("[一-鿿]", text), text
    assert told["en"]["paths"].keys() == told["zh"]["paths"].keys()
    assert "bearer" in str(told["en"]["components"]["securitySchemes"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_people_read_the_same_description_as_a_page(at: Office, staff: TestClient, lang: str) -> None:
    described = staff.get(f"{V1}/openapi.json", params={"lang": lang}).json()["paths"]
    page: Any = html.fromstring(TestClient(at.app).get("/api", params={"lang": lang}).text)
    told = {
        (one.find(".//p/code").text, one.find(".//p/span").text): one.text_content()
        for one in page.iter("article")
    }
    assert set(told) == {(path, method.upper()) for path, item in described.items() for method in item}
    for path, item in described.items():
        for method, about in item.items():
            text = told[path, method.upper()]
            body: Any = next(iter(about.get("requestBody", {}).get("content", {}).values()), {})
            assert about["summary"].rstrip(".") in text
            assert all(one["name"] in text for one in about.get("parameters", ()))
            assert all(status in text for status in about["responses"])
            assert "curl" in text
            assert "$ref" not in text
            assert ("-d" in text or "-F" in text) == bool(body), path


def test_the_page_of_the_api_says_who_may_call_what(at: Office) -> None:
    found = TestClient(at.app).get("/api", params={"format": "json", "lang": "en"}).json()
    callers = {
        (one["method"], one["path"]): one["callers"]
        for chapter in found["chapters"]
        for one in chapter["operations"]
    }
    assert callers["POST", f"{V1}/projects"] == "staff"
    assert callers["GET", f"{V1}/me"] == "every token"
    assert callers["GET", f"{V1}/problems/{{slug}}"] == "everybody, without a token too"


def test_the_form_of_a_step_is_told_before_it_is_offered(staff: TestClient) -> None:
    form = staff.get(f"{V1}/forms/lift/vote_on_installation", params={"lang": "zh"}).json()
    assert "ballots" in form["properties"]
    assert "floors" in staff.get(f"{V1}/forms/lift/project").json()["properties"]
    assert staff.get(f"{V1}/forms/lift/nothing").status_code == 409


def test_the_bearer_learns_as_whom_they_came(at: Office) -> None:
    me = at.machine("analyst", "nangang", may_act=False).get(f"{V1}/me").json()
    assert me == {
        "name": "analyst nangang", "roles": ["analyst"], "places": ["harbin/南岗区"], "may_act": False,
    }  # fmt: skip


def test_a_document_is_kept_as_evidence_and_handed_out_to_staff_of_the_project_only(at: Office) -> None:
    staff = at.machine("staff", "nangang")
    address = f"{V1}/projects/{NANGANG}/work-items/publicise_policy/1/documents"
    sent = ("../../etc/纪要.html", b"%PDF-1.7 minutes", "text/html")
    assert staff.post(address, files={"file": sent}, data={"text": "会议纪要"}).status_code == 200
    digest = sha256(b"%PDF-1.7 minutes").hexdigest()
    assert sorted(
        path.name for path in (at.engine.data / "documents").rglob("*") if path.is_file()
    ) == sorted([digest, sha256(b"%PDF-1.7 evidence").hexdigest()])

    def taken(case: str, scope: str, role: str = "staff", fingerprint: str = digest) -> int:
        key = at.access.sessions.begin(at.user(role, scope), "test")
        client = TestClient(at.app, follow_redirects=False, cookies={COOKIE: key})
        answer = client.get(f"/projects/{case}/documents/{fingerprint}")
        if answer.status_code == 200:
            assert answer.content == b"%PDF-1.7 minutes"
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["x-content-type-options"] == "nosniff"
        status: int = answer.status_code
        return status

    assert taken(NANGANG, "nangang") == 200
    assert taken(NANGANG, "dalian") == taken(DAOLI, "everywhere") == 404
    assert taken(NANGANG, "everywhere", "analyst") == 403
    for path in ("..%2F..%2Fevents.duckdb", "../../events.duckdb", "0" * 64, "access.sqlite"):
        assert taken(NANGANG, "nangang", fingerprint=path) in {404, 422}


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ\x90"])
def test_a_document_of_no_kind_that_is_taken_is_refused(staff: TestClient, content: bytes) -> None:
    address = f"{V1}/projects/{DAOLI}/work-items/publicise_policy/1/documents"
    assert problem(staff.post(address, files={"file": ("a.pdf", content)}))["status"] == 422
