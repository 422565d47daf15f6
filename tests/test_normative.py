import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from running import ran

from eventlogs.vocabulary import Kind, terms
from mining.nets.alignment import Aligner
from mining.nets.petri_net import read_pnml
from mining.nets.traces import Traces
from mining.normative.checked_table import NormativeModelError
from mining.normative.file import lift_model, read_model
from mining.normative.model import Mark

SMALL = """
[model]
key = "permit"
zh = "许可"
en = "Permit"
own_words = true

[[chain]]
key = "office"
zh = "办公室"
en = "Office"
roles = ["clerk", "head"]

[[rule]]
key = "R1"
strength = "strict"
chain = "office"
before = { role = "clerk" }
after = { activity = ["grant", "refuse"] }
zh = "先由办事员处理"
en = "A clerk handles it first"

[[waiver]]
rule = "R1"
city = "tianjin"
until = 2025-12-31
"""


def written(directory: Path, text: str) -> Path:
    file = directory / "model.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_lift_model_speaks_only_the_vocabulary() -> None:
    model = lift_model()
    kinds: dict[str, Kind] = {"activity": "activities", "role": "roles", "tool": "tools", "chain": "chains"}
    for rule in model.rules:
        for mark in filter(None, (rule.before, rule.after)):
            assert set(mark.keys) <= terms(kinds[mark.layer]).keys(), rule.key
        assert set(rule.cities) <= terms("cities").keys()
        assert rule.confidence in terms("confidence")
        assert rule.zh
        assert rule.en


def test_the_lift_model_holds_every_order_statement_of_its_source() -> None:
    keys = [rule.key for rule in lift_model().rules]
    assert keys == [f"S{n}" for n in range(1, 10)] + [f"W{n}" for n in range(1, 11)] + [
        f"A{n}" for n in range(1, 11)
    ]
    assert [loop.key for loop in lift_model().loops] == ["L1", "L2"]
    assert lift_model().rule("S8").forbidden_while is not None


def test_a_model_of_another_kind_of_project_is_read(tmp_path: Path) -> None:
    model = read_model(written(tmp_path, SMALL))
    assert model.rule("R1").after == Mark("activity", ("grant", "refuse"))
    assert model.waivers[0].city == "tianjin"


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('"strict"', '"strikt"', r"\[\[rule\]\] R1: 'strength' is 'strikt'; right would be: one of strict"),
        ("own_words = true", "", r"\[\[chain\]\] office: 'roles' is 'clerk'"),
        ("own_words = true", "owm_words = true", "unknown key 'owm_words'|'roles' is 'clerk'"),
        ('before = { role = "clerk" }', "", "'before' is missing"),
        (
            '{ role = "clerk" }',
            '{ rolle = "clerk" }',
            "R1.before must name exactly one of activity, role, tool, chain",
        ),
        ('strength = "strict"', 'strenght = "strict"', "R1: unknown key 'strenght'; known are strength"),
        ('rule = "R1"', 'rule = "R1"\nuntill = 3', "unknown key 'untill'; known are until"),
        (
            'chain = "office"\nbefore',
            'chain = "ofice"\nbefore',
            "'chain' is 'ofice'; right would be: one of office",
        ),
        ("2025-12-31", '"soon"', "'until' is 'soon'; right would be: a date"),
        ('rule = "R1"', 'rule = "R2"', "'rule' is 'R2'; right would be: one of R1"),
        ("[[waiver]]", "[[wavier]]", "unknown table 'wavier'; known are waiver"),
        ('zh = "先由办事员处理"', "", "R1: 'zh' is missing"),
        ("[model]", "[model", "not TOML"),
    ],
)
def test_a_wrong_model_is_refused_with_table_key_value_and_what_is_right(
    tmp_path: Path, wrong: str, right: str, sentence: str
) -> None:
    assert wrong in SMALL
    with pytest.raises(NormativeModelError, match=sentence):
        read_model(written(tmp_path, SMALL.replace(wrong, right)))


def test_the_commands_show_and_check_in_both_languages(tmp_path: Path) -> None:
    assert "通过放权赋能和情感治理" in ran("mine norm show --lang zh")[1]
    assert "Coordinator → Deliberation organiser" in ran("mine norm show --lang en")[1]
    sound = written(tmp_path, SMALL)
    assert ran(f"mine norm check {sound} --lang en")[:2] == (
        0,
        f"{sound} is a sound model: 'permit', 1 chain, 1 rule\n",
    )
    for text, sentence in (
        ("[[rule]]", "文件：缺少“model”；正确的是：一个 [model] 表"),
        ("[model]", "文件：缺少“chain”；正确的是：至少一个 [[chain]]"),
    ):
        sound.write_text(text, "utf-8")
        status, out, err = ran(f"mine norm check {sound} --lang zh")
        assert (status, out) == (1, "")
        assert err == f"{sound}：{sentence}\n"


def test_the_model_is_drawn_in_the_readers_language(tmp_path: Path) -> None:
    file = tmp_path / "model.svg"
    assert ran(f"mine norm show -o {file} --lang zh")[0] == 0
    drawing = ElementTree.fromstring(file.read_bytes())
    words = {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"多方关系协调者", "社区精英", "S1", "W2", "L1", "放权赋能"} <= words
    tooltips = [title.text for title in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert any("迈向正式协商组织者这一阶段" in str(tooltip) for tooltip in tooltips)
    assert ran(f"mine norm show -o {tmp_path / 'model.png'}")[0] == 1
    assert ran(f"mine norm show -o {tmp_path / 'nowhere' / 'model.svg'}")[0] == 1


def test_the_bpmn_of_the_model_allows_its_chains_and_loops(tmp_path: Path) -> None:
    file = tmp_path / "model.bpmn"
    assert ran(f"mine norm show -o {file} --lang en")[0] == 0
    os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "0"
    sys._pm4py_welcome_shown = True  # type: ignore[attr-defined]
    import pm4py

    net, initial, final = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(file)))
    pm4py.write_pnml(net, initial, final, str(tmp_path / "net.pnml"))
    formal = ["Coordinator", "Deliberation organiser", "Vision promoter"]
    informal = ["Opinion leader", "Action leader", "Community elite"]
    traces = Traces.of([formal + informal, informal[:2] + formal * 2 + informal[2:], formal[::-1] + informal])
    costs = Aligner(read_pnml(tmp_path / "net.pnml")).align(traces).costs.tolist()
    assert costs[:2] == [0, 0]
    assert costs[2] > 0
