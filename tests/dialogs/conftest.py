"""Where a partner may stand when a conversation begins."""

from datetime import date

import pytest

from domain import people
from domain.machine import advance
from domain.providers import partnership, providers
from domain.tenant import enrollment
from tests.conftest import Workspace

DAY = date(2026, 11, 16)


@pytest.fixture
def reseller(workspace: Workspace) -> None:
    """The agreement is accepted, Fabrikam Distribution is in the list."""
    with workspace.tx() as tx:
        mira = people.meet(tx, "U01MIRA")
        (tenant,) = people.tenants_of(tx, mira.partner)
        said = {"day": DAY, "today": DAY, "partner": mira.partner}
        advance(tx, enrollment.MACHINE, tenant.id, "acceptance_reported", mira, **said)  # type: ignore[arg-type]
        provider = providers.note(tx, mira.partner, "Fabrikam Distribution")
        advance(tx, partnership.MACHINE, provider, "seen_in_list", mira, **said)  # type: ignore[arg-type]
