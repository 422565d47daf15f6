"""Rows of a staged table that are no events: the first refuses the file, or they are set aside."""

from eventlogs.exchange.faults import NO_ACTIVITY, NO_CASE, NO_MOMENT, Faults
from eventlogs.exchange.tables.plan import TablePlan
from eventlogs.exchange.tables.stage import TableStage

_FAULTY = """
    SELECT place, nth, CASE nth {values} END, {cells}
    FROM (SELECT *, CASE {tests} END AS nth FROM cell) WHERE nth IS NOT NULL ORDER BY place {limit}
"""


def set_faults_aside(stage: TableStage, plan: TablePlan, faults: Faults) -> int:
    """Take the faulty rows out of the stage, or refuse the file; return how many rows are left."""
    faults.columns = tuple(stage.columns)
    times = [plan.time] if plan.start is None else [plan.time, plan.start]
    looked_for = [
        (NO_CASE, plan.case, f"{plan.case} = ''"),
        *((NO_ACTIVITY, column, f"{column} = ''") for column in plan.activity),
        *((NO_MOMENT, it.column, f"trim({it.column}) <> '' AND ({it.wall}) IS NULL") for it in times),
    ]
    question = _FAULTY.format(
        values=" ".join(f"WHEN {nth} THEN {column}" for nth, (_, column, _) in enumerate(looked_for)),
        tests=" ".join(f"WHEN {test} THEN {nth}" for nth, (*_, test) in enumerate(looked_for)),
        cells=", ".join(stage.column(name) for name in stage.columns),
        limit="" if faults.rejects is not None else "LIMIT 1",
    )  # names of ours
    bad = stage.connection.execute(question).fetchall()
    for place, nth, value, *cells in bad:
        sentence, column, _ = looked_for[nth]
        faults.meet(
            sentence,
            place=stage.source.row_number(place),
            column=stage.columns[int(column[1:])],
            value=value,
            row=tuple(cells),
        )
    if bad:
        stage.leave_out(" OR ".join(f"({test})" for *_, test in looked_for))
    n_rows: int = stage.row("SELECT count(*) FROM cell")[0]
    return n_rows
