"""A report that was wrong: said in words or pressed near the record; of customers, transfers, providers and the reseller's standing."""

from domain import partnership, providers
from domain.machine import stands
from tests.conftest import Somebody, Workspace, member
from tests.dialogs.test_customer import put, state
from tests.dialogs.test_reseller import standing
from tests.dialogs.test_transfer import northwind, open_requests, requested  # noqa: F401


def chosen(somebody: Somebody, words: str) -> str:
    """The button of the report that is called so."""
    row = [e for b in somebody.last.rendered.blocks if b["type"] == "actions" for e in b["elements"]]
    (found,) = [e["action_id"] for e in row if words in e["text"]["text"]]
    return str(found)


def invited(mira: Somebody, workspace: Workspace, name: str = "Contoso Retail") -> str:
    id_ = put(workspace, name, kind="new")
    mira.says(f"we sent the invitation to {name}").hears("customer/recorded", "customer/ask_accepted_by")
    return id_


def test_it_did_not_accept_after_all(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both").hears("customer/recorded", "customer/ask_mca")
    mira.says("no, that was wrong, Contoso Retail did not accept").hears("withdraw/ask_report")
    assert "Contoso Retail: both relationships stand" in str(mira.last.rendered.blocks)
    mira.clicks(chosen(mira, "both relationships stand")).hears("withdraw/ask_reason")
    mira.says("it was another customer").hears("withdraw/corrected", "customer/ask_accepted_by")
    assert "It stands again as: *invited*" in mira.words
    assert state(workspace, id_) == "JointInvited"
    assert workspace.audit()[-1] == "report_withdrawn"


def test_from_the_customers_view(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.not_yet").hears("customer/stands")
    put(workspace, "Adatum")
    mira.clicks("correct_report.start.now").hears("withdraw/ask_report")
    assert "Adatum" not in str(mira.last.rendered.blocks)
    mira.clicks(chosen(mira, "invitation was sent")).says("not yet sent").hears("withdraw/corrected")
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
    pete.says("the report about Contoso Retail is wrong").clicks(chosen(pete, "invitation was sent")).says("not so")
    pete.hears("repair/not_allowed")
    assert "somebody else's report" in pete.words
    assert state(workspace, id_) == "JointInvited"
    sam.says("the report about Contoso Retail is wrong").clicks(chosen(sam, "invitation was sent")).says("the mail never left")
    sam.hears("withdraw/corrected")
    assert mira.last.templates == ["withdraw/told"]
    assert "the mail never left" in mira.words
    assert state(workspace, id_) == "Prospect"


def test_wrongly_named_as_direct(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = put(workspace, "Adatum")
    mira.says("go on with customer Adatum").clicks("customer.consent.not_yet").clicks("correct_report.start.now")
    mira.clicks(chosen(mira, "direct customer")).says("it never bought from us").hears("withdraw/corrected")
    assert state(workspace, id_) == "Named"
    mira.clicks("customer.start.now").hears("customer/ask_relation")
    mira.clicks("customer.relation.new").hears("customer/recorded", "customer/ask_has_tenant")
    assert state(workspace, id_) == "Prospect"


def test_later_reports_first(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    id_ = invited(mira, workspace)
    mira.clicks("customer.accepted_by.both").says("cancel").says("the report about Contoso Retail is wrong")
    mira.clicks(chosen(mira, "invitation was sent")).says("it was not sent").hears("withdraw/later_first")
    mira.clicks("correct_report.start.now").clicks(chosen(mira, "both relationships")).says("nobody accepted")
    mira.hears("withdraw/corrected").clicks("correct_report.start.now").clicks(chosen(mira, "invitation was sent"))
    mira.says("nor was it sent").hears("withdraw/corrected")
    assert state(workspace, id_) == "Prospect"


def test_a_transfer_that_is_not_complete(northwind: str, mira: Somebody, workspace: Workspace) -> None:  # noqa: F811
    requested(mira, northwind)
    mira.clicks("transfer.request_made.created").clicks("transfer.request_answer.completed")
    mira.clicks("transfer.source_right.not_yet").hears("transfer/stands")
    mira.clicks("correct_report.start.now").clicks(chosen(mira, "completed")).says("I looked at the wrong one")
    mira.hears("withdraw/corrected")
    assert open_requests(workspace, northwind) == ["Active"]
    mira.clicks("transfer.start.now").hears("transfer/ask_request_answer")


def test_a_provider_that_is_not_in_the_list(reseller: None, mira: Somebody, workspace: Workspace) -> None:
    mira.says("compare our providers").clicks("correct_report.start.now").hears("withdraw/ask_report")
    mira.clicks(chosen(mira, "seen in the list")).says("that was another tenant").hears("withdraw/corrected")
    assert [m.templates for m in workspace.messages_to("#C02ADMINS")][-1] == ["withdraw/told"]
    partner = workspace.case_partner()
    with workspace.tx() as tx:
        (provider,) = providers.of_partner(tx, partner)
        assert stands(tx, partnership.MACHINE, provider.id).state == "Considered"


def test_a_suspension_that_was_none(reseller: None, mira: Somebody, grace: Somebody, workspace: Workspace) -> None:
    mira.says("our reseller tenant was suspended yesterday").clicks("correct_report.start.now").hears("withdraw/ask_report")
    mira.clicks(chosen(mira, "suspended")).says("another company").hears("withdraw/corrected")
    assert standing(workspace) == "New"
    assert grace.last.templates == ["withdraw/told"]


def test_what_was_never_reported(mira: Somebody, workspace: Workspace) -> None:
    mira.says("that report was wrong").hears("withdraw/nothing_to_correct")
