"""Flows on a real Prefect server: deployed without a question, asked for by acts, carried out once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread, Timer

import httpx
import pytest
from lift_play import LOG, Play, good_data
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from prefect.states import Pending, Running
from prefect_api import Carried, artifacts, asked_for, clock_stopped, runs
from relay import relay

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.logs import logs
from flows.hosting import on_prefect
from flows.hosting.child import PrefectServer
from flows.hosting.follower import Follower
from flows.hosting.place import lending
from flows.notices.settings import FILE
from flows.orchestration import write_papers
from flows.process.history import day_of
from flows.routines.following import artifact_key

ACT: dict[str, object] = {"case": "p-1", "actor": "wang"}
TWO_EVENTS = "case_id,activity,timestamp\nc1,a,2024-01-01T08:00:00\nc1,b,2024-01-02T08:00:00\n"

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.usefixtures("prefect_server")]


@pytest.fixture
def carried(ledger: DuckDBLedger, tmp_path: Path) -> Carried:
    carried = Carried(ledger, tmp_path)
    carried.mark.begin(ledger)
    return carried


async def deployment(name: str) -> DeploymentResponse:
    async with get_client() as client:
        return await client.read_deployment_by_name(name)


def state_of(run: FlowRun) -> str:
    assert run.state is not None
    return f"{run.state.name}: {run.state.message}" if run.state.message else run.state.name or ""


def test_all_is_deployed_without_a_question_and_without_another_host() -> None:
    tick = asyncio.run(deployment("tick/retrofit"))
    assert [one.schedule.cron for one in tick.schedules] == ["*/15 * * * *"]  # type: ignore[union-attr]
    assert (tick.work_pool_name, tick.entrypoint) == ("retrofit", "flows.orchestration.tick")
    advance = asyncio.run(deployment("advance/retrofit"))
    assert advance.global_concurrency_limit
    assert advance.global_concurrency_limit.limit == 8
    assert advance.parameter_openapi_schema
    assert advance.parameter_openapi_schema["properties"]["case"]["pattern"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("advance/retrofit", {"case": "a/b"}),
        ("advance/retrofit", {}),
        ("import/retrofit", {"file": "no-ending"}),
        ("backup/retrofit", {"keep": 0}),
        ("act/retrofit", {"case": "p-1", "actor": "wang", "what": {"step": "dance", "entered": {}}}),
        (
            "act/retrofit",
            {"case": "p-1", "actor": "wang", "what": {"step": "assess_feasibility", "entered": {}}},
        ),
    ],
)
def test_bad_parameters_are_refused_when_a_run_is_asked_for(name: str, parameters: dict[str, object]) -> None:
    with pytest.raises(httpx.HTTPStatusError, match=r"409|422"):
        asyncio.run(asked_for(name, **parameters))


def test_an_act_has_one_flow_run_that_shows_how_the_project_stands(carried: Carried) -> None:
    play = Play(carried.ledger, case_id="梯 1")
    play.start()
    run = carried.named("梯 1: after project")
    assert state_of(run) == "Completed"
    assert {"case:梯 1", "city:harbin", "retrofit"} <= set(run.tags)
    play.complete("raise_lift_wish", reason="他们先提的")
    assert state_of(carried.named("梯 1: after raise_lift_wish")) == "Completed"
    shown = asyncio.run(artifacts(artifact_key(LOG, "梯 1")))
    newest = max(shown, key=lambda one: one.created or datetime.min.replace(tzinfo=UTC))
    assert len(shown) == 2
    assert "召集居民" in str(newest.data)
    assert "Call the residents together" in str(newest.data)


def test_papers_follow_an_act_and_what_fails_is_tried_again(carried: Carried, tmp_path: Path) -> None:
    assert (write_papers.retries, write_papers.retry_delay_seconds) == (5, [10, 20, 40, 80, 160])
    play = Play(carried.ledger, case_id="papers", reason="so")
    play.start()
    play.until("set_cost_sharing")
    play.complete("set_cost_sharing")
    (tmp_path / "documents").write_text("in the way", "utf-8")
    soon = write_papers.with_options(retry_delay_seconds=0.5)
    Timer(1, (tmp_path / "documents").unlink).start()

    async def written() -> list[str]:
        return await soon(LOG, "papers")

    with lending(carried.ledger, tmp_path):
        assert len(asyncio.run(written())) == 2
    play.until("vote_on_installation", "calculate_cost_shares")
    play.complete("calculate_cost_shares")
    play.complete("vote_on_installation")
    assert state_of(carried.named("papers: after vote_on_installation")) == "Completed"
    made = [event.attributes["paper"] for event in play.history.events if "paper" in event.attributes]
    assert sorted(map(str, made)) == ["amounts"] * 2 + ["publicity"] * 2 + ["shares"] * 2 + ["vote"] * 2


def test_an_act_followed_twice_is_one_run(carried: Carried) -> None:
    Play(carried.ledger, case_id="twice").start()
    carried.named("twice: after project")
    carried.mark.set(0)
    Play(carried.ledger, case_id="later").start()
    carried.named("later: after project")
    assert [run.name for run in asyncio.run(runs())].count("twice: after project") == 1


def test_what_was_done_while_prefect_was_away_is_followed_when_it_is_back(carried: Carried) -> None:
    before = carried.mark.get()
    Play(carried.ledger, case_id="meanwhile").start()

    async def follow_in_vain() -> None:
        stopped = Event()
        following = asyncio.create_task(
            Follower(carried.ledger, carried.mark, stopped, lambda: None).follow()
        )
        await asyncio.sleep(1)
        stopped.set()
        await following

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}):
        asyncio.run(follow_in_vain())
    assert carried.mark.get() == before
    assert state_of(carried.named("meanwhile: after project")) == "Completed"


def test_a_run_that_nobody_named_names_itself(carried: Carried) -> None:
    Play(carried.ledger, case_id="by hand").start()
    run = carried.run("advance/retrofit", case="by hand", step="looking")
    assert run.name == "by hand: after looking"
    assert {"case:by hand", "city:harbin"} <= set(run.tags)


def test_what_a_broken_line_left_half_done_is_carried_on(
    carried: Carried, prefect_server: PrefectServer
) -> None:
    """The line breaks while the card is put up: the act stands, and the same run ends when it is mended."""
    Play(carried.ledger, case_id="cut").start()
    with relay(prefect_server.port) as line:
        line.breaks_at = b"POST /api/artifacts/"
        address = f"http://127.0.0.1:{line.port}/api"
        with temporary_settings({PREFECT_API_URL: address, PREFECT_CLIENT_MAX_RETRIES: 0}):
            mending = Thread(target=line.mend_once_broken)
            mending.start()
            run = carried.named("cut: after project")
            mending.join()
    assert state_of(run) == "Completed"
    assert len(asyncio.run(artifacts(artifact_key(LOG, "cut")))) == 1


def test_a_step_recorded_through_prefect_has_the_checked_form(carried: Carried) -> None:
    play = Play(carried.ledger, case_id="asked")
    play.start()
    entered = good_data("publicise_policy", day_of(play.now))
    what = {"step": "publicise_policy", "entered": entered}
    run = carried.run("act/retrofit", case="asked", actor="街道系统", what=what)
    assert state_of(run) == "Completed"
    done = play.history.latest("publicise_policy")
    assert done is not None
    assert (done.actor, done.entered["households_reached"]) == ("街道系统", 12)


def test_what_is_scheduled_is_carried_out(carried: Carried, tmp_path: Path) -> None:
    play = Play(carried.ledger, case_id="night")
    play.start()
    play.complete("assess_feasibility")
    file = tmp_path / "small.csv"
    file.write_text(TWO_EVENTS, "utf-8")
    asyncio.run(clock_stopped())
    for name, parameters in (
        ("tick/retrofit", {}),
        ("sweep/retrofit", {}),
        ("notify/retrofit", {}),
        ("nightly/retrofit", {}),
        ("report/retrofit", {}),
        ("import/retrofit", {"file": str(file)}),
        ("backup/retrofit", {"keep": 1}),
        ("backup/retrofit", {"keep": 1}),
    ):
        run = carried.run(name, **parameters)
        assert state_of(run) == "Completed", f"{name}: {state_of(run)}"
    assert len(list((tmp_path / "backups").glob("events-*.duckdb"))) == 1
    written = {one.name for one in tmp_path.glob("analyses/*/projects/*")}
    assert {"conformance.zh.txt", "map.en.svg", "variants.json", "describe.json"} <= written
    item = play.history.open_item("publicise_policy")
    assert item is not None
    assert item.escalated_to == "party_branch"
    with carried.ledger.reading() as connection:
        assert "small" in [one.log for one in logs(connection).logs]


def test_analyses_of_any_log_and_what_fails_is_told_once(carried: Carried, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        f"[[channel]]\nname = 'f'\nkind = 'file'\nfolder = '{tmp_path / 'told'}'\nabout = ['failed']\n",
        "utf-8",
    )
    file = tmp_path / "other.csv"
    file.write_text(TWO_EVENTS, "utf-8")
    assert state_of(carried.run("import/retrofit", file=str(file))) == "Completed"
    assert state_of(carried.run("nightly/retrofit", log="other", only=["variants"])) == "Completed"
    assert [one.parent.name for one in tmp_path.glob("analyses/*/*/variants.json")] == ["other"]
    failed = carried.run("nightly/retrofit", log="elsewhere")
    assert failed.state_name == "Failed"
    (told,) = (tmp_path / "told").iterdir()
    text = told.read_text("utf-8")
    assert "流程运行“analyses of elsewhere”失败：没有名为 elsewhere 的日志" in text
    assert not list(tmp_path.glob("analyses/*/elsewhere"))


def test_a_run_whose_process_is_gone_is_ended(carried: Carried) -> None:
    async def left_running() -> FlowRun:
        run = await asked_for("tick/retrofit")
        async with get_client() as client:
            await client.set_flow_run_state(run.id, Running(), force=True)
        await on_prefect.end_lost_runs(older_than=timedelta(hours=1))
        async with get_client() as client:
            assert (await client.read_flow_run(run.id)).state_name == "Running"
        await on_prefect.end_lost_runs(older_than=timedelta(0))
        async with get_client() as client:
            return await client.read_flow_run(run.id)

    assert asyncio.run(left_running()).state_name == "Crashed"


def test_an_advance_whose_process_is_gone_is_carried_out_again(carried: Carried) -> None:
    Play(carried.ledger, case_id="gone").start()

    async def left_pending() -> None:
        run = await asked_for("advance/retrofit", case="gone", step="lost")
        async with get_client() as client:
            await client.set_flow_run_state(run.id, Pending(), force=True)
        assert await on_prefect.end_lost_runs(older_than=timedelta(0)) >= 1

    asyncio.run(left_pending())
    assert state_of(carried.named("gone: after lost")) == "Completed"
