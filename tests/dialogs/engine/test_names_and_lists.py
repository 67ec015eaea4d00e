"""Names, lists and forwarded mails as people type them: what is theirs is taken, and what is said
around it is not."""

import pytest

from domain.providers.partnership import State
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_invitation import LINK, state

HEADS = {
    "as Slack writes mailboxes": (
        "Fwd: Partnership invitation\nFrom: John &lt;<mailto:john@ingram.example|john@ingram.example>"
        "&gt;\nTo: Mira &lt;<mailto:mira@contoso.com|mira@contoso.com>&gt;\n\n{}"
    ),
    "as a mail's header has them": (
        "{}\n\nFrom: Ingram Micro <cloud@ingram.example>\nTo: Mira <mira@contoso.com>\n"
        "Subject: Partnership invitation"
    ),
    "with the sender's home page below": (
        "Please accept our invitation:\n{}\n\nBest regards\nJohn\n<https://www.ingram.example/>\n"
        "<http://cloud.ingram.example|cloud.ingram.example> | <tel:+4912345|+49 123 45>"
    ),
}


@pytest.mark.parametrize("mail", HEADS.values(), ids=HEADS)
def test_a_forwarded_mail_has_one_link(
    mail: str, reseller: None, mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    """Seen: "There are several links in it, so I pass none on"."""
    mira.says("a mail", raw=mail.format(f"<{LINK}>")).hears("invitation/ask_said_from")
    mira.says("Ingram Micro").hears("invitation/passed_on")
    assert state(workspace, "Ingram Micro") == State.VALIDATED


@pytest.mark.parametrize(
    "second",
    [
        "<https://evil.example/invitation>",
        "<https://partner.microsoft.com.evil.example>",
        "<https://www.fabrikam.example/>\n\nBest regards",
    ],
)
def test_a_second_link_is_still_asked_about(second: str, reseller: None, mira: Somebody) -> None:
    mira.says("a mail", raw=f"<{LINK}>\n{second}").hears("invitation/ask_only_that")


@pytest.mark.parametrize("said", ["here's our customers:", "Hi,\nplease add these"])
def test_a_list_with_one_line_before_it_is_taken(
    said: str, reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    """Seen: "No customer is on your list yet ... Which customer?"."""
    rows = "Northwind Traders,northwind.onmicrosoft.com\nFabrikam Foods,fabrikam.onmicrosoft.com"
    mira.says(f"{said}\nname,tenant\n{rows}\nthanks!").hears("customers/taken")
    assert workspace.audit().count("named_direct") == 2
    assert "Not taken" not in mira.words
    mira.says(f"our other customers:\n{rows}").hears("customers/taken")
    assert "0 new" in mira.words


def test_a_list_is_taken_where_a_customers_name_is_asked(
    reseller: None, mira: Somebody, workspace: Workspace
) -> None:
    mira.says("invite a customer").hears("customer/ask_customer")
    mira.says("name,tenant\nNorthwind,northwind.onmicrosoft.com\nAdatum,adatum.onmicrosoft.com")
    assert mira.last.templates[0] == "customers/taken"
    assert workspace.audit().count("named_direct") == 2
