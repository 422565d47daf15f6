"""A normative model read from its TOML file, every word of it checked."""

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from eventlogs.language import say
from eventlogs.vocabulary import terms
from mining.normative.checked_table import CheckedTable, NormativeModelError
from mining.normative.model import (
    BOTH,
    STRENGTHS,
    Chain,
    Ending,
    Gate,
    Layer,
    Loop,
    Mark,
    NoOrder,
    NormativeModel,
    OrderRule,
    SamePerson,
    Strength,
    Waiver,
)

TABLES = ("model", "ending", "chain", "rule", "loop", "no_order", "same_person", "waiver", "performance")


@cache
def lift_model() -> NormativeModel:
    """Return the model of the seed paper."""
    return _Reader("lift.toml", (files("mining") / "normative" / "lift.toml").read_text("utf-8")).model()


def read_model(file: Path | None) -> NormativeModel:
    """Return the model of a TOML `file`; without one, that of the seed paper."""
    if file is None:
        return lift_model()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise NormativeModelError("{file}: cannot be read: {reason}", file=file, reason=fault) from fault
    except UnicodeDecodeError as fault:
        raise NormativeModelError("{file}: is not UTF-8 text", file=file) from fault
    return _Reader(str(file), text).model()


class _Reader:
    """One model file."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        try:
            self._content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as fault:
            raise NormativeModelError("{file}: not TOML: {reason}", file=file, reason=fault) from fault
        for key in self._content:
            if key not in TABLES:
                raise NormativeModelError(
                    "{file}: unknown table '{table}'; known are {known}",
                    file=file,
                    table=key,
                    known=", ".join(get_close_matches(key, TABLES) or TABLES),
                )
        self._whole = CheckedTable(file, say("the file"), {})
        self._whole.must("model" in self._content, "model", None, say("one [{name}] table", name="model"))
        self._head = CheckedTable(file, "[model]", self._one("model"))
        self._own_words = self._head.truth("own_words")

    def model(self) -> NormativeModel:
        head = self._head
        self._performances = dict(self._performance(table) for table in self._all("performance"))
        chains = tuple(self._chain(table) for table in self._all("chain"))
        self._whole.must(bool(chains), "chain", None, say("at least one [[chain]]"))
        self._chains = {chain.key: chain for chain in chains}
        rules = tuple(self._rule(table) for table in self._all("rule"))
        self._whole.must(bool(rules), "rule", None, say("at least one [[rule]]"))
        self._refuse_doubles([rule.key for rule in rules])
        model = NormativeModel(
            **self._sourced(head),
            source=head.text("source", ""),
            doi=head.text("doi", ""),
            chains=chains,
            rules=rules,
            loops=tuple(self._loop(table) for table in self._all("loop")),
            no_orders=tuple(self._no_order(table) for table in self._all("no_order")),
            same_persons=tuple(self._same_person(table) for table in self._all("same_person")),
            ending=self._ending(CheckedTable(self._file, "[ending]", self._one("ending"))),
            waivers=tuple(self._waiver(table, [rule.key for rule in rules]) for table in self._all("waiver")),
            performances=self._performances,
        )
        head.end()
        return model

    def _one(self, name: str) -> dict[str, Any]:
        value = self._content.get(name, {})
        self._whole.must(isinstance(value, dict), name, value, say("one [{name}] table", name=name))
        return dict(value)

    def _all(self, name: str) -> list[CheckedTable]:
        value = self._content.get(name, [])
        right = isinstance(value, list) and all(isinstance(table, dict) for table in value)
        self._whole.must(right, name, value, say("[[{name}]] tables", name=name))
        return [
            CheckedTable(self._file, f"[[{name}]] {table.get('key', number)}", table)
            for number, table in enumerate(value, start=1)
        ]

    def _sourced(self, table: CheckedTable) -> dict[str, str]:
        return {"key": table.text("key"), "zh": table.text("zh"), "en": table.text("en")}

    def _words_of(self, layer: Layer) -> list[str] | None:
        """Return the words a layer may use; None where any will do."""
        if layer == "chain":
            return list(self._chains)
        if self._own_words:
            return None
        kind = {"activity": "activities", "role": "roles", "tool": "tools"}[layer]
        own = {
            "activity": list(self._performances),
            "role": [role for role, _ in self._performances.values()],
            "tool": [tool for _, tool in self._performances.values() if tool],
        }[layer]
        return [*terms(kind), *own]  # type: ignore[arg-type]

    def _performance(self, table: CheckedTable) -> tuple[str, tuple[str, str | None]]:
        activity, role, tool = table.text("activity"), table.text("role"), table.text("tool", "")
        table.end()
        return activity, (role, tool or None)

    def _chain(self, table: CheckedTable) -> Chain:
        roles = table.words("roles", self._words_of("role"), needed=True)
        chain = Chain(**self._sourced(table), roles=roles)
        table.end()
        return chain

    def _mark(self, table: CheckedTable) -> Mark:
        layer = table.layer()
        mark = Mark(layer, table.words(layer, self._words_of(layer), needed=True))
        table.end()
        return mark

    def _rule(self, table: CheckedTable) -> OrderRule:
        before, after, gate = table.table("before"), table.table("after"), table.table("forbidden_while")
        table.must(
            (before is None) != (gate is None), "before", None, say("either `before` or `forbidden_while`")
        )
        table.must(after is not None, "after", None, say("a table in braces"))
        assert after is not None
        strength: Strength = table.word("strength", STRENGTHS)  # type: ignore[assignment]
        rule = OrderRule(
            **self._sourced(table),
            strength=strength,
            chain=table.word("chain", [*self._chains, *terms("chains"), BOTH]),
            before=None if before is None else self._mark(before),
            after=self._mark(after),
            forbidden_while=None if gate is None else self._gate(gate),
            only_if_both=table.truth("only_if_both"),
            cities=table.words("cities"),
            place=table.text("place", ""),
            confidence=table.text("confidence", ""),
            note_zh=table.text("note_zh", ""),
            note_en=table.text("note_en", ""),
        )
        table.end()
        return rule

    def _gate(self, table: CheckedTable) -> Gate:
        gate = Gate(table.text("object_type"), table.text("resolved_by"))
        table.end()
        return gate

    def _loop(self, table: CheckedTable) -> Loop:
        chain = self._chains[table.word("chain", list(self._chains))]
        source, target = table.word("from", chain.roles), table.word("to", chain.roles)
        loop = Loop(**self._sourced(table), chain=chain.key, source=source, target=target)
        table.end()
        return loop

    def _no_order(self, table: CheckedTable) -> NoOrder:
        marks = [self._mark(mark) for mark in table.tables("between")]
        table.must(len(marks) == 2, "between", len(marks), say("two tables in braces"))
        no_order = NoOrder(**self._sourced(table), between=(marks[0], marks[1]))
        table.end()
        return no_order

    def _same_person(self, table: CheckedTable) -> SamePerson:
        roles = table.words("roles", self._words_of("role"))
        table.must(len(roles) == 2, "roles", list(roles), say("two roles"))
        same = SamePerson(**self._sourced(table), roles=(roles[0], roles[1]))
        table.end()
        return same

    def _ending(self, table: CheckedTable) -> Ending:
        known = self._words_of("activity")
        ending = Ending(table.words("success", known), table.words("failure", known))
        table.end()
        return ending

    def _waiver(self, table: CheckedTable, rules: list[str]) -> Waiver:
        waiver = Waiver(
            table.word("rule", rules), table.text("city"), table.day("until"), table.text("reason", "")
        )
        table.end()
        return waiver

    def _refuse_doubles(self, keys: Sequence[str]) -> None:
        for key in keys:
            if keys.count(key) > 1:
                raise NormativeModelError(
                    "{file}: two rules have the key '{key}'; keys must differ", file=self._file, key=key
                )
