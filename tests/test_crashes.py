"""A ledger whose process is killed at any instant has every acknowledged event, each once."""

import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from eventlogs.data_directory import open_ledger
from eventlogs.ledger.verification import verification

ROUNDS = 16
APPENDING = textwrap.dedent("""
    import sys
    from datetime import datetime, timedelta, UTC
    from itertools import count
    from pathlib import Path
    from eventlogs.data_directory import open_ledger
    from eventlogs.events import Event, ObjectLink

    def event(number):
        case_id = f"C{number % 7}"
        occurred_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        household = ObjectLink(f"H-{number % 50}", "household")
        return Event(f"k{number}", case_id, "visit", occurred_at, objects=(household,))

    data, number = Path(sys.argv[1]), int(sys.argv[2])
    ledger = open_ledger(data)
    ledger.create_log("live")
    for size in (1, 2, 1, 40, 1, 3) * 10_000:
        ledger.append("live", [event(it) for it in range(number, number + size)])
        number += size
        print(number, flush=True)
""")


def test_kill_9_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    dice = random.Random(20250303)
    acknowledged = 0
    for _ in range(ROUNDS):
        appending = subprocess.Popen(
            [sys.executable, "-c", APPENDING, str(tmp_path), str(max(0, acknowledged - dice.randrange(9)))],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert appending.stdout is not None
        told = [appending.stdout.readline() for _ in range(dice.randrange(1, 12))]
        time.sleep(dice.random() * 0.02)
        appending.kill()
        told += appending.stdout.readlines()
        appending.wait()
        acknowledged = max([acknowledged, *(int(line) for line in told if line.endswith("\n"))])
    ledger = open_ledger(tmp_path)
    with ledger.reading() as connection:
        keys = [key for (key,) in connection.execute("SELECT event_key FROM event ORDER BY seq").fetchall()]
        places = connection.execute("SELECT count(*), count(DISTINCT seq) FROM event").fetchall()[0]
        objects = connection.execute("SELECT count(*), count(DISTINCT object_id) FROM object").fetchall()[0]
        assert verification(connection).intact
    ledger.close()
    assert acknowledged > ROUNDS
    assert len(keys) == len(set(keys))
    assert {f"k{number}" for number in range(acknowledged)} <= set(keys)
    assert places[0] == places[1]
    assert objects == (57, 57)
