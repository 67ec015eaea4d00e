"""All customers at a glance, and lists that are handed in."""

import pytest

from dialogs.assistant import ABILITIES
from dialogs.engine import app_home
from dialogs.inputs import ListUploaded, Origin
from domain import people
from domain.customers import customer_book
from domain.tenant import case
from tests.asked import asked
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_customer import put, state


def test_nobody_yet(mira: Somebody) -> None:
    mira.says("show our customers").hears("customers/progress")
    mira.clicks("customer_list.start.now").hears("customers/ask_list_text")


def test_a_pasted_list_gets_a_result_for_every_row(mira: Somebody, workspace: Workspace) -> None:
    mira.says("i have a csv of customers").hears("customers/ask_list_text")
    mira.says(
        "name,tenant\nNorthwind,northwind.onmicrosoft.com\nAdatum,\nAdatum,\n,x\n=SUM(A1),\nOdd,1234567"
    )
    mira.hears("customers/taken")
    assert "Added 2" in mira.words
    assert "*Not added:* 4" in mira.words
    assert "line 4: the same as line 3" in mira.words
    assert "line 5: no name" in mira.words
    assert "line 6: a formula, not a name" in mira.words
    assert "line 7: a Partner ID where the tenant belongs: 1234567" in mira.words


def test_the_same_list_again_changes_nothing(mira: Somebody, workspace: Workspace) -> None:
    for expected in ("Added 2", "Added none"):
        mira.says("import a customer list").says("name\nNorthwind\nAdatum").hears("customers/taken")
        assert expected in mira.words
    assert workspace.audit().count("named_direct") == 2


def test_what_cannot_be_read_is_said_and_asked_again(mira: Somebody) -> None:
    mira.says("import a customer list").says("tenant id;domain\nx;y").hears(
        "customers/bad_list", "customers/ask_list_text"
    )
    assert "tenant id, domain" in mira.words
    mira.says("name\nNorthwind").hears("customers/taken")


def test_a_long_list_of_bad_rows_is_read_page_by_page(mira: Somebody) -> None:
    mira.says("import a customer list").says(
        "name,tenant\nGood,\n" + "\n".join(f"Bad {n},x" for n in range(30))
    )
    assert "line 14" in mira.words
    assert "line 15" not in mira.words
    mira.clicks("list_results.list_page.12").hears("customers/list_rows")
    assert "line 15" in mira.words
    mira.clicks("list_results.list_page.24").hears("customers/list_rows")
    assert "line 32" in mira.words


def test_the_view_pages_filters_and_leads_to_the_customer(
    mira: Somebody, workspace: Workspace
) -> None:
    ids = [put(workspace, f"Customer {n:02}") for n in range(20)]
    new = put(workspace, "New One", kind="new")
    mira.says("which customers are stuck").hears("customers/progress")
    assert "1 to 8 of 21" in mira.words
    mira.clicks("customers.view.all_8").hears("customers/progress")
    assert "9 to 16 of 21" in mira.words
    mira.clicks("customers.view.DirectCustomer_0").hears("customers/progress")
    assert "1 to 8 of 20" in mira.words
    mira.says("search for a customer").says("new").hears("customers/found")
    mira.clicks(f"customer.customer.{new}").hears("customer/ask_has_tenant")
    assert state(workspace, ids[0]) == "DirectCustomer"


def test_nobody_of_that_name(mira: Somebody) -> None:
    mira.says("find a customer").hears("customers/ask_sought_name")
    mira.says("nobody at all").hears("customers/found")
    assert "No customer on your list" in mira.words


def uploads(
    workspace: Workspace, mira: Somebody, text: str = "", wrong: str = "", what: str = ""
) -> None:
    workspace.take(
        ListUploaded((workspace.key(),), mira.slack, text, Origin(f"D{mira.slack}"), wrong, what),
        mira,
    )


def test_an_uploaded_list_is_taken_like_a_pasted_one(mira: Somebody, workspace: Workspace) -> None:
    uploads(workspace, mira, "name;tenant\nNorthwind;northwind.onmicrosoft.com\nBad;x\n")
    mira.hears("customers/taken")
    assert "line 3" in mira.words
    uploads(workspace, mira, "name;tenant\nNorthwind;northwind.onmicrosoft.com\nBad;x\n")
    assert "Added none" in mira.words


@pytest.mark.slow
def test_ten_thousand_rows_are_taken_and_one_more_is_refused_whole(
    mira: Somebody, workspace: Workspace
) -> None:
    rows = [f"Customer {n};customer{n}.onmicrosoft.com" for n in range(10_001)]
    uploads(workspace, mira, "\n".join(["name;tenant", *rows]))
    mira.hears("customers/bad_list", "customers/ask_list_text")
    assert "10001 rows" in mira.words
    assert "named_direct" not in workspace.audit()
    uploads(workspace, mira, "\n".join(["name;tenant", *rows[:-1]]))
    mira.hears("customers/taken")
    assert "Added 10000" in mira.words
    mira.says("where are we?").hears("status/where_we_are")
    assert "10000" in mira.words


def test_a_file_that_is_no_list_is_refused_by_name_and_the_place_to_hand_it_in_stays_open(
    mira: Somebody, workspace: Workspace
) -> None:
    uploads(workspace, mira, wrong="spreadsheet")
    mira.hears("customers/bad_list", "customers/ask_list_text")
    assert "CSV UTF-8" in mira.words
    mira.says("name\nNorthwind").hears("customers/taken")


def test_an_upload_in_the_middle_of_something_keeps_that_question(
    mira: Somebody, workspace: Workspace
) -> None:
    put(workspace, "Adatum")
    mira.says("go on with customer Adatum").hears("customer/ask_consent")
    uploads(workspace, mira, "name\nNorthwind\n")
    mira.hears("customers/taken", "customer/ask_consent")


@pytest.mark.slow
def test_home_and_status_cost_the_same_for_ten_thousand_as_for_a_hundred(
    mira: Somebody, workspace: Workspace
) -> None:
    spent = []
    for many in (100, 10_000):
        uploads(workspace, mira, "name\n" + "\n".join(f"Customer {n}" for n in range(many)))
        with workspace.tx() as tx:
            person = people.meet(tx, mira.slack)
            with asked(tx.db) as shown:
                app_home.parts_of(ABILITIES, tx, person)
            with asked(tx.db) as said:
                customer_book.summary(tx, person.partner)
                case.look(tx, person).values()
            spent.append((len(shown), len(said)))
    assert spent[0] == spent[1]
    assert max(max(pair) for pair in spent) <= 20, spent


LISTED = "name;tenant\nNorthwind;northwind.onmicrosoft.com\nWingtip;https://wingtip.com\n"


def test_a_list_that_is_pasted_without_asking_is_taken_and_its_links_are_no_invitations(
    mira: Somebody, workspace: Workspace
) -> None:
    raw = LISTED.replace(
        "northwind.onmicrosoft.com", "<http://northwind.onmicrosoft.com|northwind.onmicrosoft.com>"
    )
    mira.says(LISTED, raw=raw.replace("https://wingtip.com", "<https://wingtip.com>")).hears(
        "customers/taken"
    )
    assert "Added 1" in mira.words
    assert "line 3: not a tenant id or domain" in mira.words


def test_a_pasted_list_may_be_longer_than_any_message_that_is_understood(mira: Somebody) -> None:
    rows = "\n".join(f"Customer {n};customer{n}.onmicrosoft.com" for n in range(400))
    mira.says("import a customer list").says(f"name;tenant\n{rows}").hears("customers/taken")
    assert "Added 400" in mira.words


def test_what_stands_in_the_wrong_column_is_named(mira: Somebody, workspace: Workspace) -> None:
    mira.says(
        'name,tenant\nA,1234567\nnorthwind.onmicrosoft.com,Northwind\nB,11111111-2222-4333-8444-555555555555\n"C,x\nD,'
    ).hears("customers/taken")
    assert "Added none" in mira.words
    for said in (
        "line 2: a Partner ID where the tenant belongs: 1234567",
        "line 3: a tenant where the name belongs",
        "line 4: that tenant is your own",
        "line 5: the row is broken",
    ):
        assert said in mira.words
