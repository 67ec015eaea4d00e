"""A report that was wrong: said in words or pressed near the record; of customers, transfers,
providers and the reseller's standing."""

import pytest

from domain import correction, people
from domain.machine import advance, stands
from domain.providers import partnership, providers
from domain.storage import audit
from domain.tenant.standing import MACHINE
from tests.conftest import Somebody, Workspace, member
from tests.dialogs.abilities.test_customer import put, state
from tests.dialogs.abilities.test_reseller import standing
from tests.dialogs.abilities.test_transfer import northwind, open_requests, requested  # noqa: F401
from tests.dialogs.conftest import DAY


def chosen(somebody: Somebody, words: str) -> str:
    """The button of the report that is called so."""
    row = [
        e for b in somebody.last.rendered.blocks if b["type"] == "actions" for e in b["elements"]
    ]
    (found,) = [e["action_id"] for e in row if words in e["text"]["text"]]
    return str(found)


def invited(mira: Somebody, workspace: Workspace, name: str = "Contoso Retail") -> str:
    id_ = put(workspace, name, kind="new")
    mira.reports(f"we sent the invitation to {name}").hears(
        "customer/recorded", "customer/ask_accepted_by"
    )
    return id_


def test_it_did_not_accept_after_all(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both").hears("customer/recorded", "customer/ask_mca")
    workspace.later(minutes=11)  # it can be undone no more
    mira.says("no, that was wrong, Contoso Retail did not accept").hears("withdraw/ask_report")
    assert "Contoso Retail: both relationships are in place" in str(mira.last.rendered.blocks)
    mira.clicks(chosen(mira, "both relationships are in place")).hears("withdraw/ask_reason")
    mira.says("it was another customer").hears("withdraw/corrected", "customer/ask_accepted_by")
    assert "Now on record again: *invited*" in mira.words
    assert state(workspace, id_) == "JointInvited"
    assert workspace.audit()[-1] == "report_withdrawn"


def test_from_the_customers_view(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.not_yet").hears("customer/stands")
    put(workspace, "Adatum")
    mira.clicks("correct_report.start.now").hears("withdraw/ask_report")
    assert "Adatum" not in str(mira.last.rendered.blocks)
    mira.clicks(chosen(mira, "invitation was sent")).says("not yet sent").hears(
        "withdraw/corrected"
    )
    assert state(workspace, id_) == "Prospect"
    mira.clicks("customer.start.now").hears("customer/ask_has_tenant")


def test_a_colleague_may_not_support_may_and_whose_word_it_was_hears_of_it(
    reseller: None, mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    id_ = invited(mira, workspace)
    mira.says("cancel")
    pete = Somebody(workspace, "U05PETE", "Pete")
    workspace.people["Pete"] = pete
    with workspace.tx() as tx:
        member(tx, "U05PETE", name="Pete")
    pete.says("the report about Contoso Retail is wrong").clicks(
        chosen(pete, "invitation was sent")
    ).says("not so")
    pete.hears("repair/not_allowed")
    assert "someone else's report" in pete.words
    assert state(workspace, id_) == "JointInvited"
    sam.says("the report about Contoso Retail is wrong").clicks(
        chosen(sam, "invitation was sent")
    ).says("the mail never left")
    sam.hears("withdraw/corrected")
    assert mira.last.templates == ["withdraw/told"]
    assert "the mail never left" in mira.words
    assert state(workspace, id_) == "Prospect"


def test_wrongly_named_as_direct(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = put(workspace, "Adatum")
    mira.says("go on with customer Adatum").clicks("customer.consent.not_yet").clicks(
        "correct_report.start.now"
    )
    mira.clicks(chosen(mira, "direct customer")).says("it never bought from us").hears(
        "withdraw/corrected"
    )
    assert state(workspace, id_) == "Named"
    mira.clicks("customer.start.now").hears("customer/ask_relation")
    mira.clicks("customer.relation.new").hears("customer/recorded", "customer/ask_has_tenant")
    assert state(workspace, id_) == "Prospect"


def test_later_reports_first(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both").says("cancel").says(
        "the report about Contoso Retail is wrong"
    )
    mira.clicks(chosen(mira, "invitation was sent")).says("it was not sent").hears(
        "withdraw/later_first"
    )
    mira.clicks("correct_report.start.now").clicks(chosen(mira, "both relationships")).says(
        "nobody accepted"
    )
    mira.hears("withdraw/corrected").clicks("correct_report.start.now").clicks(
        chosen(mira, "invitation was sent")
    )
    mira.says("nor was it sent").hears("withdraw/corrected")
    assert state(workspace, id_) == "Prospect"


def test_a_transfer_that_is_not_complete(
    northwind: str, mira: Somebody, workspace: Workspace
) -> None:
    requested(mira, northwind)
    mira.clicks("transfer.request_made.created").clicks("transfer.request_answer.completed")
    mira.clicks("transfer.source_right.not_yet").hears("transfer/stands")
    mira.clicks("correct_report.start.now").clicks(chosen(mira, "completed")).says(
        "I looked at the wrong one"
    )
    mira.hears("withdraw/corrected")
    assert open_requests(workspace, northwind) == ["Active"]
    mira.clicks("transfer.start.now").hears("transfer/ask_request_answer")


def test_a_provider_that_is_not_in_the_list(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("compare our providers").clicks("correct_report.start.now").hears(
        "withdraw/ask_report"
    )
    mira.clicks(chosen(mira, "seen in the list")).says("that was another tenant").hears(
        "withdraw/corrected"
    )
    assert [m.templates for m in workspace.messages_to("#C02ADMINS")][-1] == ["withdraw/told"]
    partner = workspace.case_partner()
    with workspace.tx() as tx:
        (provider,) = providers.of_partner(tx, partner)
        assert stands(tx, partnership.MACHINE, provider.id).state == "Considered"


def test_a_suspension_that_was_none(
    reseller: None, mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    mira.reports("our reseller tenant was suspended yesterday").clicks(
        "correct_report.start.now"
    ).hears("withdraw/ask_report")
    mira.clicks(chosen(mira, "suspended")).says("another company").hears("withdraw/corrected")
    assert standing(workspace) == "New"
    assert grace.last.templates == ["withdraw/told"]


def test_what_was_never_reported(mira: Somebody, workspace: Workspace) -> None:
    mira.says("that report was wrong").hears("withdraw/nothing_to_correct")


def customers_come(workspace: Workspace, many: int = 9) -> None:
    """Colleagues report so much that whatever was listed before is not among the last eight any
    more."""
    for n in range(many):
        put(workspace, f"Newcomer {n}")


# What is reported -> what stands on its button.
REPORTED = {
    "customer": "direct customer",
    "transfer": "created",
    "partnership": "seen in the list",
    "reseller": "suspended",
    "standing": "Notice received",
    "enrollment": "cceptance reported",
}


@pytest.fixture(params=REPORTED)
def reported(
    request: pytest.FixtureRequest, reseller: None, mira: Somebody, workspace: Workspace
) -> str:
    """One report of each table, by Mira; returns the words on its button."""
    kind = request.param
    if kind == "customer":
        put(workspace, "Adatum")
    elif kind == "transfer":
        requested(mira, request.getfixturevalue("northwind"))
        mira.clicks("transfer.request_made.created").says("cancel")
    elif kind == "reseller":
        mira.reports("our reseller tenant was suspended yesterday").hears("reseller/recorded")
    elif kind == "standing":
        with workspace.tx() as tx:
            me = people.meet(tx, "U01MIRA")
            (tenant,) = people.tenants_of(tx, me.partner)
            advance(
                tx, MACHINE, tenant.id, "notice_sent", me, day=DAY, today=DAY, partner=me.partner
            )
    return REPORTED[kind]


def test_a_chosen_report_can_be_corrected_after_colleagues_reported_eight_more(
    reported: str, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("that report was wrong").clicks(chosen(mira, reported)).hears("withdraw/ask_reason")
    customers_come(workspace)
    mira.says("it was another one")
    expected = (
        ["withdraw/second_person_asked"]
        if reported == REPORTED["enrollment"]
        else ["withdraw/corrected"]
    )
    assert mira.last.templates[:1] == expected


def test_a_report_on_the_list_can_be_pressed_after_colleagues_reported_eight_more(
    reported: str, mira: Somebody, workspace: Workspace
) -> None:
    button = chosen(mira.says("that report was wrong"), reported)
    customers_come(workspace)
    mira.clicks(button).hears("withdraw/ask_reason")


# Of an enrollment only the reporter corrects a report.
@pytest.mark.parametrize(
    "reported", [kind for kind in REPORTED if kind != "enrollment"], indirect=True
)
def test_a_chosen_report_that_a_colleague_corrected_meanwhile_is_said_to_be_corrected(
    reported: str, mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    mira.says("that report was wrong").clicks(chosen(mira, reported)).hears("withdraw/ask_reason")
    sam.says("that report was wrong").clicks(chosen(sam, reported)).says(
        "it was another one"
    ).hears("withdraw/corrected")
    before = workspace.audit()
    mira.says("it was another one").hears("withdraw/corrected_already")
    assert workspace.audit() == before


def test_a_report_that_was_never_on_the_list_is_not_chosen_by_its_number(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    customers_come(workspace)
    mira.says("that report was wrong").hears("withdraw/ask_report")
    with workspace.tx() as tx:
        first = audit.entries(
            tx, f"partnership:{providers.of_partner(tx, people.meet(tx, 'U01MIRA').partner)[0].id}"
        )[0]
    for text in (f"n{first.seq}", "n999999", "n" + "9" * 400, "n²"):
        mira.says(text).hears("withdraw/which_report", "withdraw/ask_report")


def test_a_report_of_another_partner_has_no_number_here(
    reseller: None, workspace: Workspace
) -> None:
    id_ = put(workspace, "Adatum")
    with workspace.tx() as tx:
        (entry,) = [e for e in audit.entries(tx, f"customer:{id_}") if e.action == "named_direct"]
        partner = people.meet(tx, "U01MIRA").partner
        found = correction.numbered(tx, partner, entry.seq)
        assert found is not None
        assert found.subject == id_
        assert correction.numbered(tx, "another", entry.seq) is None
        assert correction.numbered(tx, partner, entry.seq + 1_000) is None
