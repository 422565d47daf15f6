"""Schemathesis on the API: no request, however odd, is a fault, and every answer is as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from api_stage import ROLES, Office, office
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

pytestmark = pytest.mark.xdist_group("api_schema")

# Who gets in is proved for every route in test_routes; what fits a form is told by more than its schema.
SHOWN_ELSEWHERE = [ignored_auth, positive_data_acceptance]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as lent:
        yield lent


@pytest.fixture(scope="module")
def bearer(at: Office) -> dict[str, str]:
    """Return the header of somebody who may do everything."""
    at.access.users.add("everything", ROLES, with_password=False)
    _, key = at.access.tokens.make("everything", "test", may_act=True)
    return {"Authorization": f"Bearer {key}"}


def test_every_request_is_answered_as_described(at: Office, bearer: dict[str, str]) -> None:
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", at.app)
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 30
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=15,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def answered(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=bearer, excluded_checks=SHOWN_ELSEWHERE)

        answered()
