"""Rows of a staged table that are no events: the first refuses the file, or they are set aside."""

from eventlogs.exchange.faults import NO_ACTIVITY, NO_CASE, NO_MOMENT, Faults
from eventlogs.exchange.tables.plan import TablePlan
from eventlogs.exchange.tables.stage import TableStage

_SENTENCES = {
    "case": NO_CASE,
    "activity": NO_ACTIVITY,
    "time": NO_MOMENT,
    "start_time": NO_MOMENT,
}


def set_faults_aside(stage: TableStage, plan: TablePlan, faults: Faults) -> int:
    """Take the faulty rows out of the stage, or refuse the file; return how many rows are left."""
    faults.columns = tuple(stage.columns)
    tests = [
        ("case", plan.case, f"{plan.case} = ''"),
        ("activity", plan.activity, f"{plan.activity} = ''"),
        ("time", plan.time.column, f"trim({plan.time.column}) <> '' AND ({plan.time.wall}) IS NULL"),
    ]
    if plan.start is not None:
        start = plan.start
        tests.append(("start_time", start.column, f"trim({start.column}) <> '' AND ({start.wall}) IS NULL"))
    limit = "" if faults.rejects is not None else "LIMIT 1"
    cells_of_row = ", ".join(stage.column(name) for name in stage.columns)
    for holds, column, test in tests:
        bad = stage.connection.execute(
            f"SELECT place, {column}, {cells_of_row} FROM cell WHERE {test} ORDER BY place {limit}"  # noqa: S608 - names of ours
        ).fetchall()
        for place, value, *cells in bad:
            faults.meet(
                _SENTENCES[holds],
                place=stage.source.row_number(place),
                column=stage.columns[int(column[1:])],
                value=value,
                row=tuple(cells),
            )
        if bad:
            stage.leave_out(test)
    n_rows: int = stage.row("SELECT count(*) FROM cell")[0]
    return n_rows
