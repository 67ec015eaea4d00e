"""What somebody says has happened beside a question or a link is offered for recording, and keeps
its day and its names."""

import pytest

from domain import people
from domain.machine import stands
from domain.storage import audit
from domain.tenant import enrollment
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_customer import put, state
from tests.dialogs.abilities.test_enroll import approved
from tests.dialogs.abilities.test_invitation import LINK


def enrolled(workspace: Workspace) -> str:
    with workspace.tx() as tx:
        (tenant,) = people.tenants_of(tx, people.meet(tx, "U01MIRA").partner)
        return stands(tx, enrollment.MACHINE, tenant.id).state


def test_a_customers_acceptance_beside_a_question_keeps_whose_and_when(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    id_ = put(workspace, "Contoso Retail", kind="new")
    put(workspace, "Adatum", kind="new")
    mira.says(
        "Contoso Retail accepted the invitation on Friday, do we still need the GDAP request?"
    )
    assert mira.last.templates[-1] == "repair/claim"
    assert "a customer accepted the invitation (Contoso Retail) on 20 November 2026" in mira.words
    workspace.later(days=3)
    mira.clicks("claim.report_customer_accepted.now").hears("customer/ask_accepted_by")
    mira.clicks("customer.accepted_by.both").hears("customer/recorded", "customer/ask_mca")
    assert "20 November 2026" in mira.words
    assert state(workspace, id_) == "BothRelationships"


@pytest.mark.parametrize(
    "beside",
    [
        "here it is: {}",
        "that's the one ingram mailed me: {}",
        "please accept our invitation {}",
        "we accepted the agreement today. here is the invitation of Fabrikam: {}",
    ],
)
def test_the_words_beside_a_link_report_nothing(
    beside: str, mira: Somebody, workspace: Workspace
) -> None:
    approved(mira)
    mira.says("cancel")
    mira.says(beside.format(LINK))
    mira.hears("invitation/ask_said_from")
    assert enrolled(workspace) == "ApprovedAwaitingAgreement"


def test_a_claim_beside_a_question_while_another_is_open_keeps_its_button(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum")
    put(workspace, "Northwind", kind="new")
    mira.says("go on with customer Adatum").hears("customer/ask_consent")
    mira.says("Northwind accepted the invitation yesterday, do we still need the GDAP request?")
    assert mira.last.templates[-2:] == ["repair/claim", "customer/ask_consent"]
    rows = [
        b["elements"][0]["action_id"] for b in mira.last.rendered.blocks if b["type"] == "actions"
    ]
    assert rows[-1].startswith("customer.consent")  # the open question's buttons are the last block
    mira.clicks("claim.report_customer_accepted.now").hears("customer/ask_accepted_by")


def test_a_strangers_claim_beside_a_link_records_nothing(
    mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Northwind", kind="new")
    mira.says(f"Northwind accepted the agreement yesterday, is this the invitation? {LINK}")
    assert "claim.report_accepted.now" not in mira.last.buttons


def test_a_customer_that_left_beside_a_question_is_not_asked_for_again(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum")
    put(workspace, "Northwind")
    mira.says("Northwind left us yesterday. Can I roll back?")
    assert "repair/claim" in mira.last.templates
    mira.clicks("claim.report_customer_left.now").hears("customer_change/ask_sure_changed")
    assert "Northwind" in mira.words
    mira.clicks("customer_change.sure_changed.sure")
    with workspace.tx() as tx:
        (left,) = [e for e in audit.since(tx, 0) if e.action == "left"]
    assert left.details["day"] == "2026-11-23"
