"""A small simulated neighbourhood for the tests of the pages: projects at every stage, played up to now."""

from datetime import UTC, datetime, timedelta

from lift_play import LOG, Play

from eventlogs.storage import Ledger
from flows.project import projects
from flows.worklist import worklist
from flows.worklist.worklist import Hold

STAGES = {
    "harbin-001": ("harbin", "和平小区7号楼2单元", "vote_on_installation", 60),
    "harbin-002": ("harbin", "道外街3号楼1单元", "survey_household_wishes", 25),
    "shanghai-001": ("shanghai", "曹杨新村12号楼3单元", "set_cost_sharing", 50),
    "tianjin-001": ("tianjin", "红桥里5号楼1单元", "publicise_result", 70),
    "dalian-001": ("dalian", "海滨路9号楼2单元", "install_lift", 90),
    "shanghai-002": ("shanghai", "长风二村4号楼1单元", "mediate_dispute", 45),
}
DISTRICTS = {
    "harbin-001": "南岗区",
    "harbin-002": "道外区",
    "shanghai-001": "普陀区",
    "tianjin-001": "红桥区",
    "dalian-001": "中山区",
    "shanghai-002": "普陀区",
    "dalian-002": "西岗区",
}


def neighbourhood(ledger: Ledger, now: datetime | None = None) -> None:
    """Play the projects into the simulated live log of `ledger`."""
    ledger.create_log(LOG, simulated=True)
    today = now or datetime.now(UTC)
    for case_id, (city, name, stage, days) in STAGES.items():
        play = Play(ledger, case_id, city, today - timedelta(days=days), reason="simulated")
        play.start(name=name, district=DISTRICTS[case_id])
        if stage == "mediate_dispute":
            play.until("set_cost_sharing")
            play.act("file_written_objection", origin="inside", household="1A", grounds=["light"])
        else:
            play.until(stage)
    done = Play(ledger, "dalian-002", "dalian", today - timedelta(days=300), reason="simulated")
    done.start(name="星海街1号楼1单元", district=DISTRICTS["dalian-002"])
    done.to_the_end()
    halt = Play(ledger, "harbin-002", "harbin", today - timedelta(days=2))
    item = halt.open()["survey_household_wishes"]
    waits = Hold("household", until=(today + timedelta(days=9)).date())
    worklist.hold(ledger, LOG, f"harbin-002/{item.activity}/{item.occurrence}", waits, halt.by())
    projects.hold(ledger, LOG, "dalian-001", Hold("utility", reason="燃气管线"), halt.by())
