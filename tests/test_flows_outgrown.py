"""Projects and worklist on the big size: live logs in PostgreSQL, lists read from the lake."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lift_play import LOG, MONDAY, Play, good_data, intake
from running import ran

from eventlogs.storage import Ledger
from flows.errors import WorkItemError
from flows.process.history import day_of
from flows.project.acts import By
from flows.worklist import worklist


def test_a_project_is_started_worked_and_listed_on_postgresql(tmp_path: Path, postgres: str) -> None:
    data, file = tmp_path / "data", tmp_path / "intake.json"
    file.write_text(json.dumps(intake(), ensure_ascii=False), "utf-8")
    start = f"project start --data-file {file} --actor wang"
    done = "work complete harbin-001/raise_lift_wish/1 --actor li --set raised_by=resident"
    assert ran(start, data)[0] == 0
    status, _, err = ran(f"storage use-postgres {postgres}", data)
    assert status == 0, err
    for line, told in (
        (start, "harbin-002/raise_lift_wish/1"),
        (done, "harbin-001/call_residents_together/1"),
        ("work list --project harbin-001", "harbin-001/call_residents_together/1"),
        ("project list", "harbin-002"),
        ("project show harbin-002", "Raise the wish"),
        ("work tick --sweep", "projects carried on: –"),
    ):
        status, out, err = ran(line, data)
        assert status == 0, f"{line}: {err}"
        assert told in out, f"{line}: {out}"
    status, _, err = ran(done, data)
    assert status == 1
    assert "was completed by li" in err


def test_of_many_at_once_one_wins_on_either_size(either_ledger: Ledger) -> None:
    play = Play(either_ledger)
    play.start()
    data = good_data("publicise_policy", day_of(MONDAY))

    def attempt(actor: str) -> str:
        try:
            worklist.complete(either_ledger, LOG, "p-1/publicise_policy/1", data, By(actor, MONDAY))
        except WorkItemError as refusal:
            return str(refusal)
        return "won"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, ["wang", "li", "zhao", "qian"]))
    assert told.count("won") == 1
    assert all("was completed by" in one for one in told if one != "won")
    play.to_the_end()
    assert play.history.outcome == "completed"
