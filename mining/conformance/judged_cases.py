"""The cases behind what is told of a log held against the model: the first breaks, lags and loops."""

from collections.abc import Mapping

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.conformance.verdicts import Judged, judged
from mining.normative.chain_net import cases_fitting_chains
from mining.normative.model import NormativeModel

JUDGEMENTS: Mapping[str, tuple[str, ...]] = {
    "is_judged": (),
    "breaks_none": (),
    "fits_chains": (),
    "breaks_first": ("chain", "strength"),
    "has_both": ("chain", "other", "step"),
    "comes_back": ("loop",),
}
"""What can be asked about cases once they are judged, each with the names of its values."""

_CASES: Mapping[str, str] = {
    "is_judged": "SELECT case_id FROM trace JOIN judged_case USING (case_no) ORDER BY case_id",
    "breaks_none": """
        SELECT case_id FROM trace JOIN judged_case USING (case_no) ANTI JOIN norm_first_break USING (case_no)
        ORDER BY case_id
    """,
    "breaks_first": """
        SELECT case_id FROM trace JOIN norm_first_break USING (case_no)
        WHERE chain = $chain AND strength = $strength ORDER BY case_id
    """,
    "has_both": """
        SELECT case_id
        FROM norm_verdict AS a JOIN norm_verdict AS b USING (case_no, step_no) JOIN trace USING (case_no)
        WHERE a.chain_no = $chain AND b.chain_no = $other AND step_no = $step
            AND a.first_at IS NOT NULL AND b.first_at IS NOT NULL
        ORDER BY case_id
    """,
    "comes_back": """
        SELECT case_id FROM trace JOIN norm_return USING (case_no) WHERE loop_no = $loop ORDER BY case_id
    """,
}


def cases_judged(
    prepared: PreparedLog, model: NormativeModel, question: str, values: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the ids of the cases of which one of `JUDGEMENTS` is true."""
    asked = _numbered(model, {name: values[name] for name in JUDGEMENTS[question]})
    if asked is None:
        return ()
    with judged(prepared, model) as verdicts:
        if question == "fits_chains":
            return cases_fitting_chains(verdicts, model)
        _make_ready(verdicts)
        return tuple(case for (case,) in verdicts.connection.execute(_CASES[question], asked).fetchall())


def _make_ready(verdicts: Judged) -> None:
    for name in ("first_break_cases", "loop_cases"):
        verdicts.connection.execute(sql(f"conformance/{name}", "mining"))


def _numbered(model: NormativeModel, values: Mapping[str, str]) -> dict[str, str | int] | None:
    """Return the values as the tables hold them: chains, loops and steps by their place in the model."""
    if "loop" in values:
        return _places(values, [one.key for one in model.loops])
    if "step" in values:
        chains = _places({name: values[name] for name in ("chain", "other")}, [c.key for c in model.chains])
        if chains is None or not values["step"].isdecimal():
            return None
        return {**chains, "step": int(values["step"]) - 1}
    return dict(values)


def _places(values: Mapping[str, str], keys: list[str]) -> dict[str, str | int] | None:
    if any(value not in keys for value in values.values()):
        return None
    return {name: keys.index(value) for name, value in values.items()}
