"""People are told of overdue work and standstills, each matter once, whatever fails on the way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from counted import Count
from killing import lives_of
from lift_play import LOG, MONDAY, Play
from receivers import MailBox, Robots, free_port, mail_box, robots
from running import ran

from eventlogs.errors import EventLogError
from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.storage import Ledger
from flows.notices.errors import NoticeError
from flows.notices.outbox import again, told
from flows.notices.settings import FILE, notice_settings
from flows.notices.telling import Telling, tell, waiting_messages
from flows.routines.timers import tick
from mining.stalls.finding import StallReport, stalls

ACTS = ("publicise_policy", "raise_lift_wish", "contact_core_residents", "call_residents_together")
LATE = MONDAY + timedelta(days=100)
WORKER = Path(__file__).parent / "noticed_worker.py"


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_box() as box:
        yield box


@pytest.fixture
def robot() -> Iterator[Robots]:
    with robots() as kept:
        yield kept


def settings(data: Path, text: str) -> None:
    (data / FILE).write_text(text, "utf-8")


def mail(port: int, **more: object) -> str:
    rows = {"name": "mail", "kind": "mail", "host": "127.0.0.1", "port": port, "security": "none"}
    rows |= {"sender": "retrofit@example.org", "to": ["office@example.org"], "about": ["overdue"]} | more
    return channel(**rows)


def channel(**rows: object) -> str:
    return (
        "\n".join(["[[channel]]", *(f"{name} = {json.dumps(value)}" for name, value in rows.items())]) + "\n"
    )


def overdue_project(ledger: Ledger, case_id: str = "p-1") -> Play:
    play = Play(ledger, case_id=case_id)
    play.start()
    return play


def look(ledger: Ledger, data: Path, now: datetime = LATE) -> Telling:
    return tell(ledger, data, LOG, now)


def test_overdue_work_is_told_by_mail_once_in_the_channels_language(
    ledger: DuckDBLedger, tmp_path: Path, box: MailBox
) -> None:
    overdue_project(ledger)
    tick(ledger, LOG, LATE)
    settings(tmp_path, 'pages = "http://10.1.2.3:8000"\n' + mail(box.port))
    assert look(ledger, tmp_path) == Telling(5, [])
    assert look(ledger, tmp_path, LATE + timedelta(days=1)) == Telling(0, [])
    (letter,) = box.letters
    assert letter["To"] == "office@example.org"
    assert letter["Subject"] == "改造项目：有 5 件事需要处理"
    text = letter.get_content()
    assert "哈尔滨 p-1 7号楼2门：“提出加梯意愿”应于 2024-04-01 完成，至今未办；现由多方关系协调者负责" in text
    assert "http://10.1.2.3:8000/projects/p-1" in text


def test_where_projects_are_carried_on_in_several_logs_a_notice_names_the_log(
    ledger: DuckDBLedger, tmp_path: Path, box: MailBox
) -> None:
    settings(tmp_path, mail(box.port))
    overdue_project(ledger)
    (alone,) = waiting_messages(ledger, tmp_path, LOG, LATE)
    assert LOG not in alone.text
    ledger.create_log("pilot")
    (among_others,) = waiting_messages(ledger, tmp_path, LOG, LATE)
    assert f"（日志 {LOG}）" in among_others.text
    assert [one.key for one in alone.notices] == [one.key for one in among_others.notices]


def test_work_that_falls_due_later_is_told_then(ledger: DuckDBLedger, tmp_path: Path, box: MailBox) -> None:
    play = overdue_project(ledger)
    settings(tmp_path, mail(box.port, language="en"))
    look(ledger, tmp_path)
    play.complete("raise_lift_wish", reason="first")
    later = look(ledger, tmp_path)
    assert later.told == 3
    assert "Call the residents together" in box.letters[1].get_content()
    assert "Raise the wish" not in box.letters[1].get_content()


def test_a_standstill_is_told_once_and_again_after_the_next_one(
    ledger: DuckDBLedger, tmp_path: Path, robot: Robots
) -> None:
    play = overdue_project(ledger)
    address = f"http://127.0.0.1:{robot.port}/cgi-bin/webhook/send?key=k"
    settings(
        tmp_path,
        "stalled_after_days = 20\n"
        + channel(name="group", kind="wecom", url=address, about=["stalled"], language="en"),
    )
    assert look(ledger, tmp_path, MONDAY + timedelta(days=19)).told == 0
    assert look(ledger, tmp_path, MONDAY + timedelta(days=21)).told == 1
    assert look(ledger, tmp_path, MONDAY + timedelta(days=50)).told == 0
    path, body = robot.taken[0]
    assert path == "/cgi-bin/webhook/send?key=k"
    assert body["msgtype"] == "text"
    text = body["text"]["content"]
    assert "nothing has happened since 2024-03-04; it is not on hold (told by days alone" in text
    play.now = MONDAY + timedelta(days=60)
    play.complete("publicise_policy")
    assert look(ledger, tmp_path, MONDAY + timedelta(days=62)).told == 0
    assert look(ledger, tmp_path, MONDAY + timedelta(days=90)).told == 1


def test_a_standstill_is_what_the_logs_own_waits_call_one(
    ledger: DuckDBLedger, tmp_path: Path, robot: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits of a day are normal here: 22 days are told of long before the thirty that a small log waits."""
    begun = {"p-0": MONDAY} | {f"p-{n}": MONDAY + timedelta(days=20) for n in range(1, 24)}
    for case, since in begun.items():
        play = Play(ledger, case_id=case)
        play.now = since
        play.start()
        for step in ACTS:
            play.now += timedelta(days=1)
            play.complete(step, reason="so")
    address = f"http://127.0.0.1:{robot.port}/cgi-bin/webhook/send?key=k"
    settings(tmp_path, channel(name="g", kind="wecom", url=address, about=["stalled"], language="zh"))
    now, looked = MONDAY + timedelta(days=25), []

    def counted(*asked: Any, **more: Any) -> StallReport:
        looked.append(more["now"])
        return stalls(*asked, **more)

    monkeypatch.setattr("mining.stalls.finding.stalls", counted)
    assert look(ledger, tmp_path, now).told == 1
    assert look(ledger, tmp_path, now + timedelta(hours=1)).told == 0
    assert looked == [now], "looked again though nothing was recorded and no day had passed"
    Play(ledger, case_id="p-24").start()
    for later in (now + timedelta(hours=2), now + timedelta(days=1)):
        look(ledger, tmp_path, later)
        assert looked[-1] == later
    text = robot.taken[0][1]["text"]["content"]
    assert "哈尔滨 p-0 7号楼2门：" in text
    assert "正常" in text
    assert "仅按天数" not in text
    matter = told(ledger, LOG)[0]
    assert matter.matter.startswith("p-0/stalled/2024-03-")
    with ledger.reading() as connection:
        asked = "SELECT attributes ->> '$.cause' FROM event WHERE attributes ->> '$.kind' = 'stalled'"
        assert connection.execute(asked).fetchall()[0][0]


def test_a_notice_tells_the_offices_day_and_a_failure_the_readers_language(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    play = Play(ledger, now=datetime(2024, 3, 3, 16, 30, tzinfo=UTC))  # Monday, half past midnight in China
    play.start()
    group = channel(name="group", kind="wecom", url=f"http://127.0.0.1:{free_port()}/", about=["stalled"])
    settings(tmp_path, group)
    (message,) = waiting_messages(ledger, tmp_path, LOG, MONDAY + timedelta(days=40))
    assert "自 2024-03-04 起没有进展" in message.text
    with speaking("zh"):
        (failure,) = look(ledger, tmp_path, MONDAY + timedelta(days=40)).failed
    assert failure.startswith("渠道 group 未接收消息")


def test_dingtalk_gets_signed_messages(ledger: DuckDBLedger, tmp_path: Path, robot: Robots) -> None:
    overdue_project(ledger)
    address = f"http://127.0.0.1:{robot.port}/robot/send?access_token=t"
    settings(tmp_path, channel(name="ding", kind="dingtalk", url=address, secret="SEC1"))
    assert look(ledger, tmp_path).told == 6
    assert robot.taken[0][0].startswith("/robot/send?access_token=t&timestamp=")
    assert "&sign=" in robot.taken[0][0]


def test_what_was_not_taken_is_sent_again_and_what_failed_stops_no_other(
    ledger: DuckDBLedger, tmp_path: Path, box: MailBox, robot: Robots
) -> None:
    overdue_project(ledger)
    robot.answer = "refused"
    box.refusing = 1
    group = channel(name="group", kind="wecom", url=f"http://127.0.0.1:{robot.port}/", about=["overdue"])
    folder = channel(name="folder", kind="file", folder=str(tmp_path / "told"), about=["overdue"])
    settings(tmp_path, group + mail(box.port) + mail(free_port(), name="nowhere") + folder)
    first = look(ledger, tmp_path)
    assert (first.told, len(first.failed), first.exit_status) == (5, 3, 1)
    assert "45009" in first.failed[0]
    assert "451" in first.failed[1]
    assert "nowhere did not take the message" in first.failed[2]
    robot.answer = "taken"
    assert look(ledger, tmp_path).told == 10
    assert (len(robot.taken), len(box.letters)) == (1, 1)
    (file,) = (tmp_path / "told").iterdir()
    assert file.read_text("utf-8").startswith("改造项目：有 5 件事需要处理")


def test_what_may_have_been_told_is_not_sent_again_but_listed_until_people_decide(
    ledger: DuckDBLedger, tmp_path: Path, robot: Robots
) -> None:
    overdue_project(ledger)
    robot.answer = "silent"
    settings(
        tmp_path, channel(name="g", kind="wecom", url=f"http://127.0.0.1:{robot.port}/", about=["stalled"])
    )
    assert "may have taken the message or not" in look(ledger, tmp_path).failed[0]
    robot.answer = "taken"
    later = LATE + timedelta(hours=1)
    assert look(ledger, tmp_path, later).told == 0
    (matter,) = [one.matter for one in told(ledger, LOG) if one.in_doubt(later)]
    with pytest.raises(NoticeError, match=matter):
        again(ledger, LOG, "something else", later)
    again(ledger, LOG, matter, later)
    assert look(ledger, tmp_path, later).told == 1
    assert len(robot.taken) == 2


def test_nobody_is_told_of_simulated_projects(ledger: DuckDBLedger, tmp_path: Path, box: MailBox) -> None:
    ledger.create_log(LOG, simulated=True)
    overdue_project(ledger)
    settings(tmp_path, mail(box.port))
    assert waiting_messages(ledger, tmp_path, LOG, LATE) == []


@pytest.mark.parametrize(
    ("text", "told_of"),
    [
        ("[[channel]]\nname = 'a'\nkind = 'pigeon'\n", "channel.0"),
        ("pages = 'here'", "pages"),
        ("colour = 1", "colour"),
        ("[[channel", "cannot be read"),
        (channel(name="a", kind="file", folder="x") * 2, "two channels are named a"),
    ],
)
def test_wrong_settings_are_refused_with_their_place(tmp_path: Path, text: str, told_of: str) -> None:
    settings(tmp_path, text)
    with pytest.raises(EventLogError, match=told_of):
        notice_settings(tmp_path)


def test_the_commands_show_send_and_list(tmp_path: Path, box: MailBox) -> None:
    assert f"write {tmp_path / FILE}" in ran("notice check", tmp_path)[1]
    assert "nobody was told" in ran("notice list", tmp_path)[1]
    assert (
        ran("project start --city 哈尔滨 --name 7号楼 --floors 6 --actor wang --at 2024-03-04", tmp_path)[0]
        == 0
    )
    settings(tmp_path, mail(box.port, language="en"))
    assert "[mail]\nRetrofit projects: 5 matters need attention" in ran("notice check", tmp_path)[1]
    assert ran("notice send", tmp_path)[:2] == (0, "matters told: 5\n")
    assert ran("notice check", tmp_path)[1] == "nothing is to be told\n"
    assert ran("notice list", tmp_path)[1].count(" told") == 5
    assert ran("notice list --in-doubt", tmp_path)[1] == "nobody was told anything yet\n"


def test_killed_at_any_instruction_nothing_is_told_twice(
    tmp_path: Path, robot: Robots, kill_seed: int, count: Count
) -> None:
    with_robot = f"http://127.0.0.1:{robot.port}/"
    settings(tmp_path, channel(name="g", kind="wecom", url=with_robot, about=["overdue"], language="en"))
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    for number in range(12):
        overdue_project(ledger, f"p-{number}")
    ledger.close()
    died = lives_of(WORKER, tmp_path, kill_seed)
    assert died >= 5
    lines = [line for _, body in robot.taken for line in body["text"]["content"].splitlines()[2:]]
    matters = [line.partition(". ")[2] for line in lines]
    assert len(matters) == len(set(matters))
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    states = [one.state for one in told(ledger, LOG)]
    ledger.close()
    assert len(states) == 60
    assert states.count("told") <= len(matters) <= 60
    assert states.count("told") + states.count("begun") == 60
    count(fault="kill -9 while notices are told", times=died)
