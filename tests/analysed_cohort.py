"""A simulated cohort, an imported log and an analyst's browser, lent to the tests of the analysts' pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from analysis_stage import analysing, fill
from page_stage import Browser


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend the folder that holds both logs."""
    directory = tmp_path_factory.mktemp("analysis")
    fill(directory)
    return directory


@pytest.fixture(scope="session")
def analyst(data: Path) -> Iterator[Browser]:
    """Lend the browser of an analyst who sees everything."""
    with analysing(data) as reader:
        yield reader
