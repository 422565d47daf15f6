"""What Prefect's library warns of beside `retrofit up` goes to a file, not to the terminal."""

import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from flows.hosting.prefect_warnings import keep_prefect_warnings


@pytest.fixture
def terminal() -> Iterator[StringIO]:
    root, shown = logging.getLogger(), StringIO()
    before = list(root.handlers)
    root.handlers[:] = [logging.StreamHandler(shown)]
    yield shown
    root.handlers[-1].close()
    root.handlers[:] = before


def test_the_librarys_warnings_go_to_the_file_and_ours_to_the_terminal(
    terminal: StringIO, tmp_path: Path
) -> None:
    file = tmp_path / "prefect/warnings.log"
    keep_prefect_warnings(file)
    logging.getLogger("prefect.concurrency").warning("the lease was not renewed: 410")
    logging.getLogger("flows.hosting.worker").warning("the flow run lost its line")
    assert terminal.getvalue() == "the flow run lost its line\n"
    (line,) = file.read_text("utf-8").splitlines()
    assert line.endswith("WARNING prefect.concurrency: the lease was not renewed: 410")
