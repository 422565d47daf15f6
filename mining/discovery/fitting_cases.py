"""The cases that a discovered model allows as they are."""

import numpy as np

from eventlogs.prepared import PreparedLog
from mining.nets.alignment import Aligner
from mining.nets.petri_net import ModelRefusedError, PetriNet
from mining.nets.traces import numbered_traces

_CASES = "SELECT case_id FROM trace WHERE variant IN (SELECT unnest($variants)) ORDER BY case_id"


def cases_that_fit(prepared: PreparedLog, net: PetriNet, *, time_limit: float = 60.0) -> tuple[str, ...]:
    """Return the ids of the cases whose alignment with a model costs nothing, as far as time allows.

    None of them fits a model whose end can never be reached.
    """
    traces, variants = numbered_traces(prepared)
    try:
        costs = Aligner(net).align(traces, time_limit=time_limit).costs
    except ModelRefusedError:
        return ()
    fitting = variants[np.asarray(costs) == 0].tolist()
    with prepared.reading() as connection:
        return tuple(case for (case,) in connection.execute(_CASES, {"variants": fitting}).fetchall())
