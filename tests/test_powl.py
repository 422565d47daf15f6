"""Partial orders: written as pm4py reads them, drawn in their own signs, found in a log or made of a norm."""

import re
from pathlib import Path

import pm4py
import pytest
from lxml import etree
from played_logs import Trace, played
from pm4py.objects.powl.obj import POWL, StrictPartialOrder
from running import ran

from eventlogs.words import activity_label
from mining.discovery.discovered_model import DiscoveredModel, discovered_model
from mining.discovery.powl import Powl, normative_powl, powl_text
from mining.discovery.powl_drawing import powl_svg
from mining.normative.file import lift_model

TRACES: list[Trace] = [list("abce"), list("acbe"), list("ade"), list("abcbce"), list("acbe")]


@pytest.fixture
def model(tmp_path: Path) -> DiscoveredModel:
    with played(tmp_path, {str(n): trace for n, trace in enumerate(TRACES)}) as prepared:
        return discovered_model(prepared, "powl")


def edges(part: POWL) -> set[tuple[str, str]]:
    assert isinstance(part, StrictPartialOrder)
    return {
        (plain(str(one)), plain(str(other)))
        for one in part.children
        for other in part.children
        if part.order.is_edge(one, other)
    }


def plain(text: str) -> str:
    return re.sub(r"[\s']", "", text)


def test_a_discovered_partial_order_is_read_by_pm4py_as_it_was_written(model: DiscoveredModel) -> None:
    assert model.powl is not None
    assert model.powl.kind == "order"
    read = pm4py.parse_powl_model_string(powl_text(model.powl))
    names = [plain(powl_text(part)) for part in model.powl.parts]
    assert {pair[0] for pair in edges(read)} == {names[one] for one, _ in model.powl.order}
    assert len(edges(read)) == len(model.powl.order)
    net = pm4py.convert_to_petri_net(read)[0]
    ours = sorted(str(step.label) for step in model.net.transitions)
    assert sorted(str(step.label) for step in net.transitions) == ours


def test_the_norm_is_two_chains_side_by_side(tmp_path: Path) -> None:
    made = normative_powl(lift_model())
    assert made.order == ()
    first = made.parts[0]
    assert [part.activity for part in first.parts] == list(lift_model().chains[0].roles)
    assert list(first.direct_order) == [(n, n + 1) for n in range(len(first.parts) - 1)]
    read = pm4py.parse_powl_model_string(powl_text(made))
    assert [len(edges(chain)) for chain in read.children] == [3, 3]
    for ending in ("powl", "powl.svg"):
        status, _, err = ran(f"mine norm show -o {tmp_path / 'norm'}.{ending} --lang zh", tmp_path)
        assert status == 0, err
    assert (tmp_path / "norm.powl").read_text("utf-8") == powl_text(made)
    assert "多方关系协调者" in (tmp_path / "norm.powl.svg").read_text("utf-8")


def test_a_drawing_has_a_box_for_each_part_and_an_arrow_for_each_direct_order() -> None:
    a, b, c = (Powl("activity", name) for name in "abc")
    repeated = Powl("loop", parts=(Powl("choice", parts=(a, b)), Powl("silent")))
    drawn = powl_svg(
        Powl("order", parts=(repeated, c, a), order=((0, 1), (0, 2), (1, 2))), "of & all", activity_label
    )
    root = etree.fromstring(drawn.encode())
    boxes = root.findall(".//{*}rect")
    assert len(boxes) == 1 + 8  # the ground and every part, silent ones too
    assert len(root.findall(".//{*}path[@marker-end]")) == 2
    assert {"of & all", "a", "b", "c"} <= {text.text for text in root.findall(".//{*}text")}


def test_the_command_writes_it_and_refuses_it_of_another_miner(tmp_path: Path) -> None:
    with played(tmp_path, {str(n): trace for n, trace in enumerate(TRACES)}):
        pass
    words = f"mine model played --by city -o {tmp_path / 'found.powl'}"
    status, _, err = ran(f"{words} --algorithm powl", tmp_path)
    assert status != 0
    assert "city" in err
    words = f"mine model played -o {tmp_path / 'found.powl'} -o {tmp_path / 'found.powl.svg'}"
    status, _, err = ran(f"{words} --algorithm powl", tmp_path)
    assert status == 0, err
    assert (tmp_path / "found.powl").read_text("utf-8").startswith("PO=(nodes={ ")
    status, _, err = ran(words, tmp_path)
    assert status != 0
    assert "add --algorithm powl" in err
