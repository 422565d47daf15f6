"""Odd TOML files are taken or refused in a sentence: mappings, policies, rules, models, plants, settings."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from counted import Count
from fuzz_texts import odd_toml
from fuzzing import fuzzed

from dashboards.access.settings import read_settings
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.mapping import with_mapping
from eventlogs.storage_settings import shared_ledger
from flows.notices.settings import notice_settings
from flows.policies.policies import read_policy
from flows.simulation.planting import read_plants
from mining.normative.file import read_model
from mining.rules.file import read_rules

MAPPING = """timezone = "Asia/Shanghai"
date_order = "ymd"
[columns]
case = "案件"
time = "办理时间"
[activity]
"提交" = "submit_intention_form"
[outcome]
"建成" = "completed"
"""
RULES = """[[rule]]
name = "answered in time"
template = "response"
activity_a = "receive"
activity_b = ["answer", "refuse"]
within = "5 days"
where_a = { channel = "letter", amount = { least = 100 } }
where_case = { city = ["上海", "天津"] }
same = ["resource"]
[[rule]]
name = "at most once"
template = "absence"
activity_a = "refuse"
n = 2
"""
PLANTS = """[[deviation]]
rule = "S4"
projects = 2
city = "harbin"
[[stall]]
step = "joint_review"
cause = "office"
months = 3
record = "dated"
"""

STORAGE = """[ledger]
url = "postgresql://db/events"
lake = "lake"
"""
NOTICES = """pages = "http://office"
stalled_after_days = 20
[[channel]]
name = "mail"
kind = "mail"
host = "mail"
port = 25
sender = "a@b"
to = ["c@d"]
cities = ["harbin"]
[[channel]]
name = "folder"
kind = "file"
folder = "told"
"""
ACCESS = """[site]
address = "https://office"
[proxy]
addresses = ["10.0.0.1"]
[session]
unused_hours = 2
hours = 10
[oidc]
issuer = "https://who"
client_id = "retrofit"
"""


def text_of(package: str, name: str) -> str:
    return (files(package) / name).read_text("utf-8")


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "mapping": (MAPPING, lambda file: with_mapping(ImportChoices(), file)),
    "policy": (text_of("flows", "policies/harbin-2021-05-11.toml"), read_policy),
    "rules": (RULES, read_rules),
    "normative model": (text_of("mining", "normative/lift.toml"), read_model),
    "planting file": (PLANTS, read_plants),
    "retrofit.toml": (STORAGE, lambda file: shared_ledger(file.parent)),
    "notices.toml": (NOTICES, lambda file: notice_settings(file.parent)),
    "access.toml": (ACCESS, lambda file: read_settings(file.parent)),
}


@pytest.mark.parametrize("name", READERS)
def test_an_odd_file_of_words_is_taken_or_refused(
    name: str, tmp_path: Path, n_inputs: int, count: Count
) -> None:
    valid, read = READERS[name]
    file = tmp_path / (name if name.endswith(".toml") else "odd.toml")
    file.write_text(valid, "utf-8")
    read(file)
    with fuzzed(name, n_inputs, count, at_least_refused=0.1) as run:
        for dice in run.dice():
            data = odd_toml(valid, dice)
            file.write_bytes(data)
            with run.input(data):
                read(file)
